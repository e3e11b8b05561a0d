-- The audit is append-only, and its chain is written by one function.

DO $$
DECLARE guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['audit_event', 'audit_seal'] LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', guarded);
    END LOOP;
END $$;

GRANT INSERT (actor_id, login, organisation_id, channel, act, about, request, measures, outcome, command_id,
              request_id) ON audit_event TO nesie_app;
GRANT INSERT (number, kind, row_id, digest, link) ON audit_seal TO nesie_app;

-- Canonical texts: what is sealed. Frozen: a new wording would break every seal made before.

CREATE OR REPLACE FUNCTION audit_time(at timestamptz) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')
$$;

CREATE OR REPLACE FUNCTION audit_digest(e audit_event) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT sha256(convert_to(json_build_array(
        e.id, public.audit_time(e.recorded_at), e.actor_id, e.login, e.organisation_id, e.channel, e.act, e.about,
        e.request, e.measures, e.outcome, e.command_id, e.request_id)::text, 'UTF8'))
$$;

CREATE OR REPLACE FUNCTION audit_digest(c command) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT sha256(convert_to(json_build_array(
        c.id, public.audit_time(c.recorded_at), c.key, c.kind, encode(c.request_digest, 'hex'), c.actor, c.channel,
        c.result)::text, 'UTF8'))
$$;

CREATE OR REPLACE FUNCTION audit_digest(p period_change) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT sha256(convert_to(json_build_array(
        p.id, public.audit_time(p.recorded_at), p.book_id, to_char(p.month, 'YYYY-MM'), p.to_state, p.made_by,
        p.second_by, p.reason)::text, 'UTF8'))
$$;

CREATE OR REPLACE FUNCTION audit_link(number bigint, kind text, row_id bigint, digest bytea, before bytea)
RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT sha256(convert_to(number || '|' || kind || '|' || row_id, 'UTF8') || digest || before)
$$;

-- Rows that are committed and not sealed, of the last day before the newest seal and since: an act that took longer
-- is not there, and a row that says it is older was not written by an act. Verification names it.

CREATE OR REPLACE FUNCTION audit_unsealed(since timestamptz)
RETURNS TABLE (kind text, row_id bigint, recorded_at timestamptz, digest bytea) LANGUAGE sql STABLE AS $$
    SELECT 'audit_event', e.id, e.recorded_at, public.audit_digest(e) FROM public.audit_event e
    WHERE e.recorded_at > since
      AND NOT EXISTS (SELECT FROM public.audit_seal s WHERE s.kind = 'audit_event' AND s.row_id = e.id)
    UNION ALL
    SELECT 'command', c.id, c.recorded_at, public.audit_digest(c) FROM public.command c
    WHERE c.recorded_at > since
      AND NOT EXISTS (SELECT FROM public.audit_seal s WHERE s.kind = 'command' AND s.row_id = c.id)
    UNION ALL
    SELECT 'period_change', p.id, p.recorded_at, public.audit_digest(p) FROM public.period_change p
    WHERE p.recorded_at > since
      AND NOT EXISTS (SELECT FROM public.audit_seal s WHERE s.kind = 'period_change' AND s.row_id = p.id)
$$;

-- Chain them. One sealer at a time: the lock comes first, and the rows are read by a snapshot taken after it, which
-- READ COMMITTED gives to every statement. Under another isolation level two sealers would fork the chain.

CREATE OR REPLACE FUNCTION seal_audit() RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    last audit_seal;
    fresh record;
    sealed bigint := 0;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'the audit is sealed at READ COMMITTED only';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('nesie.audit'));
    SELECT * INTO last FROM audit_seal ORDER BY number DESC LIMIT 1;
    FOR fresh IN SELECT kind, row_id, digest
                 FROM audit_unsealed(coalesce(last.recorded_at - interval '1 day', '-infinity'))
                 ORDER BY recorded_at, kind, row_id LOOP
        last.number := coalesce(last.number, 0) + 1;
        last.link := audit_link(last.number, fresh.kind, fresh.row_id, fresh.digest, coalesce(last.link, ''));
        INSERT INTO audit_seal (number, kind, row_id, digest, link)
        VALUES (last.number, fresh.kind, fresh.row_id, fresh.digest, last.link);
        sealed := sealed + 1;
    END LOOP;
    RETURN sealed;
END $$;
