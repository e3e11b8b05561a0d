-- What the application may do to the tables of guarantees: add rows, never change them.

DO $$
DECLARE guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['allocation', 'allocation_change', 'transfer_request', 'transfer_request_line',
        'commission_transfer', 'guarantee', 'guarantee_change', 'guarantee_refusal', 'claim', 'claim_step', 'recovery',
        'recovery_payment'] LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', guarded);
        EXECUTE format('GRANT INSERT ON %I TO nesie_app', guarded);
    END LOOP;
END $$;
