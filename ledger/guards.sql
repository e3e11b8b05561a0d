-- What the database itself refuses, whoever asks. One page, to be read as one page.
--
-- Refusals carry a class "NSnnn" SQLSTATE, a stable code as message and JSON values as detail;
-- ledger.posting turns them into typed errors. Tables are named with their schema, or the function pins its search
-- path: otherwise a temporary table called "entry" would be looked at in place of the real one.

-- Canonical texts: what a seal seals. Frozen: a new wording would break every seal made before. References hold no
-- "|" and no line break (a CHECK on their columns), so two different rows never have the same text.

CREATE OR REPLACE FUNCTION posting_text(p posting) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT p.line || '|' || p.account_id || '|' || p.subject || '|' || p.amount
        || '|' || p.book_id || '|' || to_char(p.effective_on, 'YYYY-MM-DD')
$$;

CREATE OR REPLACE FUNCTION entry_text(e entry) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT e.id || '|' || e.event_id || '|' || e.book_id || '|' || e.kind || '|' || e.source
        || '|' || to_char(e.effective_on, 'YYYY-MM-DD') || '|' || e.legs || '|' || coalesce(e.reverses::text, '')
        || '|' || coalesce(e.command_id::text, '')
        || '|' || to_char(e.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')
$$;

CREATE OR REPLACE FUNCTION organisation_text(o organisation) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT json_build_array(o.id, o.code, o.kind, o.name_kk, o.name_ru, o.name_en, o.bin, o.region,
                            to_char(o.opened_on, 'YYYY-MM-DD'))::text
$$;

CREATE OR REPLACE FUNCTION seal_digest(book_id bigint, number bigint, month date, entries bigint, previous bytea,
                                       digests bytea) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT sha256(convert_to(book_id || '|' || number || '|' || to_char(month, 'YYYY-MM') || '|' || entries, 'UTF8')
                  || previous || digests)
$$;

-- 1. The truth is append-only: no UPDATE, DELETE or TRUNCATE, not even by the owner.

CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'NS001', MESSAGE = 'append-only',
        DETAIL = json_build_object('table', TG_TABLE_NAME, 'act', TG_OP)::text;
END $$;

DO $$
DECLARE guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['organisation', 'entry', 'posting', 'period_change', 'entry_seal', 'seal'] LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', guarded);
    END LOOP;
END $$;

-- A command is written once and answered once; its answer may follow in a second statement, and then never again.

CREATE OR REPLACE FUNCTION check_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.result IS NOT NULL
       OR (to_jsonb(NEW) - 'result') IS DISTINCT FROM (to_jsonb(OLD) - 'result') THEN
        RAISE EXCEPTION USING ERRCODE = 'NS001', MESSAGE = 'append-only',
            DETAIL = json_build_object('table', TG_TABLE_NAME, 'act', TG_OP)::text;
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON command
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER answered_once BEFORE UPDATE ON command
FOR EACH ROW EXECUTE FUNCTION check_answer();

-- Plans of the checks below are kept for the session. One made for a single entry must serve a hundred thousand, and
-- the other way round, so they may only look things up by key: no scans, no hash or merge joins.

-- 2. All legs of an entry arrive in one statement, in the transaction that made the entry, and sum to zero. Their
--    lines are numbered from 0 without gaps, so a second balanced set collides with the first on the primary key.
--    A book carries only accounts that its kind of organisation keeps.

CREATE OR REPLACE FUNCTION check_postings() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE bad record;
BEGIN
    SELECT legs.entry_id, legs.total, legs.number, e.legs AS declared INTO bad
    FROM (SELECT entry_id, sum(amount) AS total, count(*) AS number,
                 min(line) AS line_low, max(line) AS line_high,
                 min(book_id) AS book_low, max(book_id) AS book_high,
                 min(effective_on) AS day_low, max(effective_on) AS day_high
          FROM fresh GROUP BY entry_id) AS legs
    LEFT JOIN public.entry e ON e.id = legs.entry_id
    WHERE e.id IS NULL OR legs.total <> 0 OR legs.number <> e.legs OR e.xid <> pg_current_xact_id()
       OR legs.line_low <> 0 OR legs.line_high <> e.legs - 1
       OR legs.book_low <> e.book_id OR legs.book_high <> e.book_id
       OR legs.day_low <> e.effective_on OR legs.day_high <> e.effective_on
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'NS002', MESSAGE = 'unsound-entry',
            DETAIL = json_build_object('entry', bad.entry_id, 'total', bad.total, 'legs', bad.number,
                                       'declared', coalesce(bad.declared, 0))::text;
    END IF;

    SELECT used.book_id, used.account_id, o.kind, a.code INTO bad
    FROM (SELECT DISTINCT book_id, account_id FROM fresh) AS used
    LEFT JOIN public.organisation o ON o.id = used.book_id LEFT JOIN public.account a ON a.id = used.account_id
    WHERE a.id IS NULL OR NOT (a.kinds ? '*' OR a.kinds ? o.kind)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'NS008', MESSAGE = 'account-not-usable',
            DETAIL = json_build_object('book', bad.book_id, 'kind', bad.kind,
                                       'account', coalesce(bad.code, bad.account_id::text))::text;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER sound AFTER INSERT ON posting
REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION check_postings();

CREATE OR REPLACE FUNCTION check_has_legs() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.posting WHERE entry_id = NEW.id) THEN
        RAISE EXCEPTION USING ERRCODE = 'NS002', MESSAGE = 'unsound-entry',
            DETAIL = json_build_object('entry', NEW.id, 'total', 0, 'legs', 0, 'declared', NEW.legs)::text;
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS has_legs ON entry;
CREATE CONSTRAINT TRIGGER has_legs AFTER INSERT ON entry DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION check_has_legs();

-- 3. Entries fall into an open month of an existing book. The month's row is held FOR SHARE, and a close
--    takes it FOR UPDATE, so no entry slips in while a month closes. An event is written whole: its id is that of
--    an entry of the same transaction. A reversal stays in the book and is not dated before what it reverses.

CREATE OR REPLACE FUNCTION check_entries() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    spot record;
    present text;
    bad record;
BEGIN
    FOR spot IN
        SELECT f.book_id, f.month, f.day, f.day >= o.opened_on AS opened
        FROM (SELECT book_id, date_trunc('month', effective_on)::date AS month, min(effective_on) AS day
              FROM fresh GROUP BY 1, 2) AS f
        LEFT JOIN organisation o ON o.id = f.book_id ORDER BY f.book_id, f.month
    LOOP
        IF spot.opened IS NOT TRUE THEN
            RAISE EXCEPTION USING ERRCODE = 'NS003', MESSAGE = 'no-book',
                DETAIL = json_build_object('book', spot.book_id, 'day', spot.day)::text;
        END IF;
        SELECT state INTO present FROM period WHERE book_id = spot.book_id AND month = spot.month FOR SHARE;
        IF NOT FOUND THEN
            INSERT INTO period VALUES (spot.book_id, spot.month, 'open') ON CONFLICT DO NOTHING;
            SELECT state INTO present FROM period WHERE book_id = spot.book_id AND month = spot.month FOR SHARE;
        END IF;
        IF present IN ('locked', 'final')
           OR (present = 'closing' AND coalesce(current_setting('nesie.closing', true), '') <> 'on') THEN
            RAISE EXCEPTION USING ERRCODE = 'NS004', MESSAGE = 'period-locked',
                DETAIL = json_build_object('book', spot.book_id, 'month', to_char(spot.month, 'YYYY-MM'),
                                           'state', present)::text;
        END IF;
    END LOOP;

    SELECT f.id, f.legs INTO bad FROM fresh f
    WHERE f.event_id <> f.id AND NOT EXISTS (
        SELECT FROM entry first WHERE first.id = f.event_id AND first.event_id = f.event_id
        AND first.xid = pg_current_xact_id()) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'NS002', MESSAGE = 'unsound-entry',
            DETAIL = json_build_object('entry', bad.id, 'total', 0, 'legs', 0, 'declared', bad.legs)::text;
    END IF;

    SELECT f.reverses INTO bad FROM fresh f LEFT JOIN entry o ON o.id = f.reverses
    WHERE f.reverses IS NOT NULL
      AND (o.id IS NULL OR o.book_id <> f.book_id OR o.reverses IS NOT NULL OR o.effective_on > f.effective_on)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'NS005', MESSAGE = 'not-reversible',
            DETAIL = json_build_object('entry', bad.reverses)::text;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER in_open_period AFTER INSERT ON entry
REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION check_entries();

-- 4. Months move open → closing → locked → final, in order, never in the future; a locked month reopens only
--    with two people and a reason, and only while no later month is closing or closed. Changes of one book queue on
--    its organisation's row: two months of it changing at once could otherwise each rely on what the other undoes.

CREATE OR REPLACE FUNCTION apply_period_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    present text;
    opened date;
    allowed boolean;
BEGIN
    SELECT date_trunc('month', opened_on)::date INTO opened FROM organisation WHERE id = NEW.book_id
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'NS003', MESSAGE = 'no-book',
            DETAIL = json_build_object('book', NEW.book_id, 'day', NEW.month)::text;
    END IF;
    INSERT INTO period VALUES (NEW.book_id, NEW.month, 'open') ON CONFLICT DO NOTHING;
    SELECT state INTO present FROM period WHERE book_id = NEW.book_id AND month = NEW.month FOR UPDATE;
    allowed := (present, NEW.to_state) IN (('open', 'closing'), ('closing', 'open'), ('closing', 'locked'),
                                           ('locked', 'final'), ('locked', 'open'))
        AND NEW.month = date_trunc('month', NEW.month)::date AND NEW.month >= opened
        AND (present <> 'locked' OR NEW.to_state <> 'open'
             OR (NEW.second_by <> NEW.made_by AND btrim(NEW.reason) <> '') IS TRUE);
    IF allowed AND NEW.to_state IN ('closing', 'locked', 'final') THEN
        allowed := NEW.month + interval '1 month' <= (now() AT TIME ZONE 'Asia/Almaty')
            AND (NEW.month = opened OR EXISTS (
                SELECT FROM period p WHERE p.book_id = NEW.book_id AND p.month = NEW.month - interval '1 month'
                AND p.state IN ('locked', 'final') AND (NEW.to_state <> 'final' OR p.state = 'final')));
    ELSIF allowed THEN
        allowed := NOT EXISTS (SELECT FROM period p WHERE p.book_id = NEW.book_id AND p.month > NEW.month
                               AND p.state IN ('closing', 'locked', 'final'));
    END IF;
    IF NOT allowed THEN
        RAISE EXCEPTION USING ERRCODE = 'NS006', MESSAGE = 'period-order',
            DETAIL = json_build_object('book', NEW.book_id, 'month', to_char(NEW.month, 'YYYY-MM'),
                                       'state', present, 'wanted', NEW.to_state)::text;
    END IF;
    UPDATE period SET state = NEW.to_state WHERE book_id = NEW.book_id AND month = NEW.month;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER applied BEFORE INSERT ON period_change
FOR EACH ROW EXECUTE FUNCTION apply_period_change();

--    The transaction that locks a month seals it, and only it may write the month's snapshot.

CREATE OR REPLACE FUNCTION check_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.seal s WHERE s.book_id = NEW.book_id AND s.month = NEW.month
                   AND s.xid = pg_current_xact_id()) THEN
        RAISE EXCEPTION USING ERRCODE = 'NS007', MESSAGE = 'month-unsealed',
            DETAIL = json_build_object('book', NEW.book_id, 'month', to_char(NEW.month, 'YYYY-MM'))::text;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION check_snapshot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM (SELECT DISTINCT book_id, month FROM touched) AS t
               JOIN public.period p USING (book_id, month)
               WHERE p.state IN ('locked', 'final') AND NOT EXISTS (
                   SELECT FROM public.period_change c WHERE c.book_id = t.book_id AND c.month = t.month
                   AND c.to_state = 'locked' AND c.xid = pg_current_xact_id())) THEN
        RAISE EXCEPTION USING ERRCODE = 'NS001', MESSAGE = 'append-only',
            DETAIL = json_build_object('table', TG_TABLE_NAME, 'act', TG_OP)::text;
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS sealed ON period_change;
CREATE CONSTRAINT TRIGGER sealed AFTER INSERT ON period_change DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (NEW.to_state = 'locked') EXECUTE FUNCTION check_sealed();
CREATE OR REPLACE TRIGGER kept BEFORE UPDATE OR TRUNCATE ON snapshot
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER written_with_lock AFTER INSERT ON snapshot
REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION check_snapshot();
CREATE OR REPLACE TRIGGER removed_with_lock AFTER DELETE ON snapshot
REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION check_snapshot();

-- 5. Small batches go in by one call: ids, entries and postings in one statement, plans kept by the server.
--    Columns of entries: e_*, one element an entry; e_event numbers the events of the batch.
--    Columns of postings: p_*, p_entry is the 1-based position of the entry in the batch.

CREATE OR REPLACE FUNCTION post_entries(
    e_event int[], e_book bigint[], e_kind text[], e_source text[], e_day date[], e_legs int[], e_reverses bigint[],
    p_entry int[], p_line int[], p_account smallint[], p_subject text[], p_amount bigint[], command bigint
) RETURNS TABLE (event_id bigint, entry_id bigint) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY
    WITH numbered AS MATERIALIZED (
        SELECT n, nextval('entry_id_seq') AS id, event, book, kind, source, day, legs, nullif(reverses, 0) AS reverses
        FROM unnest(e_event, e_book, e_kind, e_source, e_day, e_legs, e_reverses) WITH ORDINALITY
             AS given (event, book, kind, source, day, legs, reverses, n)
    ), events AS (
        SELECT event, min(id) AS first_id FROM numbered GROUP BY event
    ), entries AS (
        INSERT INTO public.entry (id, event_id, book_id, kind, source, effective_on, legs, reverses, command_id)
        SELECT id, first_id, book, kind, source, day, legs, reverses, command FROM numbered JOIN events USING (event)
    ), postings AS (
        INSERT INTO public.posting (entry_id, line, book_id, account_id, subject, amount, effective_on)
        SELECT numbered.id, line, book, account, subject, amount, day
        FROM unnest(p_entry, p_line, p_account, p_subject, p_amount) AS given (entry, line, account, subject, amount)
        JOIN numbered ON numbered.n = given.entry
    )
    SELECT first_id, numbered.id FROM numbered JOIN events USING (event) ORDER BY n;
END $$;

-- 6. The application role owns nothing and may only add to the truth. Ids of transactions and times of recording
--    are not its to give.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'nesie_app') THEN
        CREATE ROLE nesie_app LOGIN NOBYPASSRLS NOSUPERUSER NOCREATEDB NOCREATEROLE;
    END IF;
END $$;

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM nesie_app, PUBLIC;
GRANT USAGE ON SCHEMA public TO nesie_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO nesie_app;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO nesie_app;
GRANT INSERT ON posting, snapshot TO nesie_app;
GRANT INSERT (id, event_id, book_id, kind, source, effective_on, legs, reverses, command_id) ON entry TO nesie_app;
GRANT INSERT (code, kind, name_kk, name_ru, name_en, bin, region, opened_on) ON organisation TO nesie_app;
GRANT INSERT (book_id, month, to_state, made_by, second_by, reason) ON period_change TO nesie_app;
GRANT INSERT (entry_id, book_id, number, digest, marks) ON entry_seal TO nesie_app;
GRANT INSERT (book_id, number, month, entries, previous, digest) ON seal TO nesie_app;
GRANT INSERT (key, kind, request_digest, actor, channel), UPDATE (result) ON command TO nesie_app;
GRANT DELETE ON snapshot TO nesie_app;
