-- What the database itself enforces for people at work: approvals, their decisions and evidence are only ever added to.
-- Run after the guards of the packages below, any number of times.

DO $$
DECLARE guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['approval', 'approval_decision', 'evidence_file'] LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', guarded);
    END LOOP;
END $$;

GRANT INSERT (act, asked, organisation_id, about, made_by, maker, effect) ON approval TO nesie_app;
GRANT INSERT (approval_id, made_by, decided_by, decider, decision, reason) ON approval_decision TO nesie_app;
GRANT INSERT (loan_id, kind, name, stored, size, sha256, signs_id, handed_in_by) ON evidence_file TO nesie_app;

-- Drafts are no history: they change while they are typed and go when they have served.

GRANT INSERT, DELETE, UPDATE (typed, saved_at) ON draft TO nesie_app;
