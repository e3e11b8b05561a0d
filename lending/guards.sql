-- What the application may do to the tables of lending. History is append-only; terms are never changed in place.

DO $$
DECLARE guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['facility', 'facility_schedule', 'facility_month', 'facility_payment', 'lot',
        'lot_movement', 'budget_return', 'budget_return_payment', 'loan_schedule', 'disbursement', 'repayment',
        'loan_month', 'loan_decision', 'write_off', 'loan_recovery', 'penalty_waiver', 'target_use', 'explanation_request',
        'explanation', 'violation', 'violation_proposal', 'violation_closing', 'breach_terms', 'demand_withdrawal',
        'job_contract', 'job_contract_end', 'job_evidence', 'change_of_use', 'application', 'application_step',
        'application_document', 'specialisation', 'training', 'register', 'close_step'] LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', guarded);
        EXECUTE format('GRANT INSERT ON %I TO nesie_app', guarded);
    END LOOP;
END $$;

GRANT INSERT, UPDATE (name, kind, registered_on) ON borrower TO nesie_app;
GRANT INSERT, UPDATE (status) ON loan TO nesie_app;
GRANT INSERT, UPDATE (state, finished_at) ON close_run TO nesie_app;

-- Demands and support money. Nothing changes but `standing`, once: from true to false, or of a payment to NULL; foreign
-- keys keep standing what is paid.

DO $$
DECLARE guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['subsidy_decision', 'subsidy_reversal', 'subsidy_withdrawal',
        'grant_reversal', 'grant_withdrawal', 'grant_journal'] LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', guarded);
        EXECUTE format('GRANT INSERT ON %I TO nesie_app', guarded);
    END LOOP;
    FOREACH guarded IN ARRAY ARRAY['demand', 'subsidy', 'subsidy_loan', 'subsidy_payment', 'state_grant',
        'grant_payment'] LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', guarded);
        EXECUTE format('CREATE OR REPLACE TRIGGER falls_once BEFORE UPDATE ON %I FOR EACH ROW
                        WHEN (OLD.standing IS NOT TRUE OR to_jsonb(NEW) - ''standing'' <> to_jsonb(OLD) - ''standing'')
                        EXECUTE FUNCTION refuse_change()', guarded);
        EXECUTE format('GRANT INSERT ON %I TO nesie_app', guarded);
    END LOOP;
END $$;

GRANT UPDATE (standing) ON demand, subsidy, subsidy_payment, state_grant, grant_payment TO nesie_app;
