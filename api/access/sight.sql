-- Who sees which row. The rules are the two lists below and nothing else; docs/security.md tells them in words.
--
-- A transaction says whose eyes it has by settings: `nesie.sight` is 'everything' (the system), 'organisation', or
-- anything else: nothing, without an error. An organisation's sight is worked out once, by `see_as_organisation`.
-- Under it rows are only read: what an act writes, the system writes once the object of the act has been seen. Whether
-- the system looks is asked first and once a statement, so that a row costs its jobs one look at a constant.

CREATE OR REPLACE FUNCTION sees_everything() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT current_setting('nesie.sight', true) IS NOT DISTINCT FROM 'everything'
$$;

-- A setting of an organisation's sight; NULL under any other. What was set for a transaction that is over reads ''.

CREATE OR REPLACE FUNCTION organisations_sight(name text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN current_setting('nesie.sight', true) = 'organisation'
           THEN nullif(current_setting(name, true), '') END
$$;

CREATE OR REPLACE FUNCTION my_organisation() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT public.organisations_sight('nesie.organisation')::bigint
$$;

-- Facilities in which it lends or borrows, and all that are paid out of those in which it lends.

CREATE OR REPLACE FUNCTION my_facilities() RETURNS SETOF bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT unnest(public.organisations_sight('nesie.facilities')::bigint[])
$$;

-- Loans of others that it guarantees or is asked to out of an akimat's allocation, whose guarantee's commission it
-- pays, or for which it pays a subsidy.

CREATE OR REPLACE FUNCTION my_backed_loans() RETURNS SETOF bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT unnest(public.organisations_sight('nesie.backed_loans')::bigint[])
$$;

CREATE OR REPLACE FUNCTION see_as_organisation(me bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    facilities bigint[];
    backed bigint[];
BEGIN
    PERFORM set_config('nesie.sight', 'everything', true);
    WITH RECURSIVE downstream (id) AS (
        SELECT id FROM facility WHERE lender_id = me
        UNION SELECT child.id FROM facility child JOIN downstream ON child.parent_id = downstream.id
    )
    SELECT array_agg(id) INTO facilities
    FROM (SELECT id FROM downstream UNION SELECT id FROM facility WHERE borrower_id = me) AS mine;
    SELECT array_agg(loan_id) INTO backed FROM (
        SELECT loan_id FROM guarantee WHERE guarantor_id = me
        UNION SELECT loan_id FROM guarantee WHERE allocation_id IN (SELECT id FROM allocation WHERE akimat_id = me)
        UNION SELECT loan.id FROM allocation AS pool JOIN loan
            ON loan.details ? 'guarantee_share' AND left(coalesce(loan.kato, pool.unit), 2) = left(pool.unit, 2)
            AND pool.year >= date_part('year', loan.contract_date) AND pool.edition = loan.edition
            AND pool.territory = CASE WHEN loan.territory_type IN ('rural', 'small-town') THEN 'rural' ELSE 'city' END
            WHERE pool.guarantor_id = me
        UNION SELECT loan_id FROM subsidy_loan WHERE subsidy_id IN (SELECT id FROM subsidy WHERE payer_id = me)
    ) AS mine;
    PERFORM set_config('nesie.organisation', me::text, true),
        set_config('nesie.facilities', coalesce(facilities, '{}')::text, true),
        set_config('nesie.backed_loans', coalesce(backed, '{}')::text, true),
        set_config('nesie.sight', 'organisation', true);
END $$;

DO $$
DECLARE
    told record;
    present name;
BEGIN
    FOR told IN SELECT guarded, rule FROM (VALUES
        -- Reference: whoever is signed in.
        ('organisation', '(SELECT my_organisation()) IS NOT NULL'),
        ('account', '(SELECT my_organisation()) IS NOT NULL'),
        ('specialisation', '(SELECT my_organisation()) IS NOT NULL'),
        ('job_run', '(SELECT my_organisation()) IS NOT NULL'),
        -- The book: its own organisation.
        ('entry', 'book_id = (SELECT my_organisation())'),
        ('posting', 'book_id = (SELECT my_organisation())'),
        ('snapshot', 'book_id = (SELECT my_organisation())'),
        ('period', 'book_id = (SELECT my_organisation())'),
        ('period_change', 'book_id = (SELECT my_organisation())'),
        ('seal', 'book_id = (SELECT my_organisation())'),
        ('entry_seal', 'book_id = (SELECT my_organisation())'),
        ('close_run', 'books @> to_jsonb((SELECT my_organisation()))'),
        ('close_step', 'EXISTS (SELECT FROM close_run AS run WHERE run.id = run_id
                                AND run.books = jsonb_build_array((SELECT my_organisation())))'),
        -- The audit: its own organisation's people. No rule, no rows: commands and links are the system's memory.
        ('audit_event', 'organisation_id = (SELECT my_organisation())'),
        ('audit_seal', NULL),
        ('command', NULL),
        ('draft', NULL),
        -- The chain: both sides of a facility, and whoever lends above it.
        ('facility', 'id IN (SELECT my_facilities())'),
        ('facility_schedule', 'facility_id IN (SELECT my_facilities())'),
        ('facility_month', 'facility_id IN (SELECT my_facilities())'),
        ('facility_payment', 'facility_id IN (SELECT my_facilities())'),
        ('lot', 'facility_id IN (SELECT my_facilities())'),
        ('budget_return', 'facility_id IN (SELECT my_facilities())'),
        -- Loans: the lender, the chain above, whoever backs them; borrowers with their loans and applications.
        ('loan', 'lender_id = (SELECT my_organisation()) OR facility_id IN (SELECT my_facilities())
                  OR id IN (SELECT my_backed_loans())'),
        ('application', 'lender_id = (SELECT my_organisation()) OR facility_id IN (SELECT my_facilities())'),
        ('borrower', 'EXISTS (SELECT FROM loan WHERE loan.borrower_id = borrower.id) OR EXISTS (
                          SELECT FROM application WHERE application.borrower_id_number = borrower.id_number)'),
        ('register', 'organisation_id = (SELECT my_organisation())'),
        ('training', 'organisation_id = (SELECT my_organisation())'),
        ('upload', 'organisation_id = (SELECT my_organisation())'),
        -- Statements of bank accounts: of one's own.
        ('bank_statement', 'organisation_id = (SELECT my_organisation())'),
        ('bank_line', 'organisation_id = (SELECT my_organisation())'),
        -- Support: whoever gives, pays or gets it.
        ('allocation', '(SELECT my_organisation()) IN (akimat_id, guarantor_id)'),
        ('guarantee_refusal', 'guarantor_id = (SELECT my_organisation())
                               OR EXISTS (SELECT FROM loan WHERE loan.id = loan_id)'),
        ('subsidy', '(SELECT my_organisation()) IN (operator_id, recipient_id, payer_id)'),
        ('state_grant', 'payer_id = (SELECT my_organisation())'),
        -- People: of one's own organisation. How they prove who they are is read by the system alone.
        ('person', 'organisation_id = (SELECT my_organisation())'),
        ('sign_in_session', NULL),
        ('sign_in_attempt', NULL),
        ('totp_use', NULL),
        ('recovery_code', NULL),
        ('api_token', NULL),
        ('invitation', NULL),
        ('person_identity', NULL),
        ('provider_visit', NULL),
        -- Reports handed in: whoever sent and whoever receives them.
        ('submission', '(SELECT my_organisation()) IN (sender_id, receiver_id)'),
        ('report_reminder', '(SELECT my_organisation()) IN (sender_id, receiver_id)'),
        -- Acts that wait for a second person: of one's own organisation.
        ('approval', 'organisation_id = (SELECT my_organisation())')
    ) AS rules (guarded, rule)
    UNION ALL
    -- Parts: whoever sees the whole. Table, its column; the whole, its key.
    SELECT part, format('EXISTS (SELECT FROM %I AS whole WHERE whole.%I = %I.%I)', whole, key, part, reference)
    FROM (VALUES
        ('lot_movement', 'lot_id', 'lot', 'id'),
        ('budget_return_payment', 'budget_return_id', 'budget_return', 'id'),
        ('loan_schedule', 'loan_id', 'loan', 'id'),
        ('loan_month', 'loan_id', 'loan', 'id'),
        ('loan_decision', 'loan_id', 'loan', 'id'),
        ('loan_recovery', 'loan_id', 'loan', 'id'),
        ('disbursement', 'loan_id', 'loan', 'id'),
        ('repayment', 'loan_id', 'loan', 'id'),
        ('penalty_waiver', 'loan_id', 'loan', 'id'),
        ('write_off', 'loan_id', 'loan', 'id'),
        ('application_step', 'application_id', 'application', 'id'),
        ('application_document', 'application_id', 'application', 'id'),
        ('breach_terms', 'loan_id', 'loan', 'id'),
        ('target_use', 'loan_id', 'loan', 'id'),
        ('change_of_use', 'loan_id', 'loan', 'id'),
        ('explanation_request', 'loan_id', 'loan', 'id'),
        ('explanation', 'request_id', 'explanation_request', 'id'),
        ('violation', 'loan_id', 'loan', 'id'),
        ('violation_proposal', 'violation_id', 'violation', 'id'),
        ('violation_closing', 'violation_id', 'violation', 'id'),
        ('demand', 'violation_id', 'violation', 'id'),
        ('demand_withdrawal', 'demand_id', 'demand', 'id'),
        ('job_contract', 'loan_id', 'loan', 'id'),
        ('job_contract_end', 'contract_id', 'job_contract', 'id'),
        ('job_evidence', 'contract_id', 'job_contract', 'id'),
        ('allocation_change', 'allocation_id', 'allocation', 'id'),
        ('transfer_request', 'allocation_id', 'allocation', 'id'),
        ('transfer_request_line', 'request_id', 'transfer_request', 'id'),
        ('commission_transfer', 'allocation_id', 'allocation', 'id'),
        ('guarantee', 'loan_id', 'loan', 'id'),
        ('guarantee_change', 'guarantee_id', 'guarantee', 'id'),
        ('claim', 'guarantee_id', 'guarantee', 'id'),
        ('claim_step', 'claim_id', 'claim', 'id'),
        ('recovery', 'guarantee_id', 'guarantee', 'id'),
        ('recovery_payment', 'recovery_id', 'recovery', 'id'),
        ('subsidy_loan', 'subsidy_id', 'subsidy', 'id'),
        ('subsidy_decision', 'subsidy_id', 'subsidy', 'id'),
        ('subsidy_payment', 'subsidy_id', 'subsidy', 'id'),
        ('subsidy_withdrawal', 'subsidy_id', 'subsidy', 'id'),
        ('grant_payment', 'grant_id', 'state_grant', 'id'),
        ('grant_withdrawal', 'grant_id', 'state_grant', 'id'),
        ('subsidy_reversal', 'payment_id', 'subsidy_payment', 'id'),
        ('grant_reversal', 'payment_id', 'grant_payment', 'id'),
        ('grant_journal', 'payment_id', 'grant_payment', 'id'),
        ('person_role', 'person_id', 'person', 'id'),
        ('submission_step', 'submission_id', 'submission', 'id'),
        ('submission_signature', 'submission_id', 'submission', 'id'),
        ('guarantee_signature', 'guarantee_id', 'guarantee', 'id'),
        ('approval_decision', 'approval_id', 'approval', 'id'),
        ('bank_match', 'line_id', 'bank_line', 'id'),
        ('bank_match_entry', 'match_id', 'bank_match', 'id'),
        ('bank_undoing', 'match_id', 'bank_match', 'id'),
        -- Files about a loan.
        ('evidence_file', 'loan_id', 'loan', 'id')
    ) AS parts (part, reference, whole, key)
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', told.guarded);
        FOR present IN SELECT polname FROM pg_policy WHERE polrelid = told.guarded::regclass LOOP
            EXECUTE format('DROP POLICY %I ON %I', present, told.guarded);
        END LOOP;
        EXECUTE format('CREATE POLICY reading ON %I FOR SELECT USING ((SELECT sees_everything()) OR (%s))',
                       told.guarded, coalesce(told.rule, 'false'));
        EXECUTE format('CREATE POLICY adding ON %I FOR INSERT WITH CHECK ((SELECT sees_everything()))', told.guarded);
        EXECUTE format('CREATE POLICY changing ON %I FOR UPDATE USING ((SELECT sees_everything()))', told.guarded);
        EXECUTE format('CREATE POLICY removing ON %I FOR DELETE USING ((SELECT sees_everything()))', told.guarded);
    END LOOP;
END $$;
