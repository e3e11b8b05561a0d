-- What the database itself enforces for people at work: approvals, their decisions, evidence, signatures and reports
-- handed in are only ever added to. What a file of a register is never changes; what was found out about it may. Runs of jobs come to
-- an end, once.
-- Run after the guards of the packages below, any number of times.

DO $$
DECLARE guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['approval', 'approval_decision', 'evidence_file', 'submission', 'submission_step',
        'report_reminder', 'submission_signature', 'guarantee_signature'] LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', guarded);
    END LOOP;
END $$;

GRANT INSERT (act, asked, organisation_id, about, made_by, maker, effect) ON approval TO nesie_app;
GRANT INSERT (approval_id, made_by, decided_by, decider, decision, reason) ON approval_decision TO nesie_app;
GRANT INSERT (rule, period, report, language, sender_id, receiver_id, outgoing_number, filed_on, figures, document,
    sha256, filed_by) ON submission TO nesie_app;
GRANT INSERT (submission_id, kind, comment, due_on, made_by) ON submission_step TO nesie_app;
GRANT INSERT (rule, period, sender_id, receiver_id, made_by) ON report_reminder TO nesie_app;
GRANT INSERT (submission_id, name, content, sha256, document, document_sha256, compared, signer, person_number,
    organisation, organisation_number, serial, handed_in_by) ON submission_signature TO nesie_app;
GRANT INSERT (guarantee_id, name, content, sha256, document, document_sha256, compared, signer, person_number,
    organisation, organisation_number, serial, handed_in_by) ON guarantee_signature TO nesie_app;
GRANT INSERT (loan_id, kind, name, stored, size, sha256, signs_id, handed_in_by) ON evidence_file TO nesie_app;

-- Drafts are no history: they change while they are typed and go when they have served.

GRANT INSERT, DELETE, UPDATE (typed, saved_at) ON draft TO nesie_app;
GRANT INSERT (organisation_id, kind, file_name, content, sha256, size, mends_id, sent_by, sender),
    UPDATE (verdict, judged_at, cancelled_at) ON upload TO nesie_app;
GRANT INSERT (job, due_at, runner, outcome, told), UPDATE (ended_at, outcome, told), DELETE ON job_run TO nesie_app;

CREATE OR REPLACE TRIGGER ends_once BEFORE UPDATE ON job_run FOR EACH ROW WHEN (OLD.outcome <> 'running')
    EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER kept BEFORE DELETE OR TRUNCATE ON upload FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
