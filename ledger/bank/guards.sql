-- What the database itself refuses of bank statements and matches. Run after the guards of the ledger.

-- Money of an entry at the bank: its legs on the accounts of money, together. A transfer between one's own pockets moves
-- none. `ledger/bank/movements.py` reads the same accounts.

CREATE OR REPLACE FUNCTION bank_accounts() RETURNS smallint[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT array_agg(id) FROM public.account WHERE code IN ('cash', 'programme-cash')
$$;

-- Statements, lines and undoings are only added to. A match falls once, and nothing else of it ever changes.

DO $$
DECLARE guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['bank_statement', 'bank_line', 'bank_undoing'] LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', guarded);
    END LOOP;
    FOREACH guarded IN ARRAY ARRAY['bank_match', 'bank_match_entry'] LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', guarded);
        EXECUTE format('CREATE OR REPLACE TRIGGER falls_once BEFORE UPDATE ON %I FOR EACH ROW
                        WHEN (OLD.standing IS NOT TRUE OR to_jsonb(NEW) - ''standing'' <> to_jsonb(OLD) - ''standing'')
                        EXECUTE FUNCTION refuse_change()', guarded);
    END LOOP;
END $$;

-- What is matched makes up its line to the tiyn, out of the book of whose account it is.

CREATE OR REPLACE FUNCTION check_bank_match() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
    SELECT made.match_id, line.amount, made.total INTO bad
    FROM (SELECT entry.match_id, sum(entry.amount) AS total, bool_and(entry.amount IS NOT DISTINCT FROM (
              SELECT sum(leg.amount) FROM public.posting leg JOIN public.bank_match m ON m.id = entry.match_id
              JOIN public.bank_line l ON l.id = m.line_id AND l.organisation_id = leg.book_id
              WHERE leg.entry_id = entry.entry_id AND leg.account_id = ANY (public.bank_accounts()))) AS true_sums
          FROM public.bank_match_entry entry WHERE entry.match_id IN (SELECT fresh.match_id FROM fresh)
          GROUP BY entry.match_id) AS made
    JOIN public.bank_match match ON match.id = made.match_id JOIN public.bank_line line ON line.id = match.line_id
    WHERE made.total <> line.amount OR NOT made.true_sums OR match.how = 'aside' LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'NS009', MESSAGE = 'unsound-bank-match',
            DETAIL = json_build_object('match', bad.match_id, 'line', bad.amount, 'entries', bad.total)::text;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER makes_up AFTER INSERT ON bank_match_entry
REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION check_bank_match();

GRANT INSERT (organisation_id, account, first_on, last_on, opening, money_in, money_out, closing, known_in, known_out,
    file_name, sha256, taken_by) ON bank_statement TO nesie_app;
GRANT INSERT (statement_id, organisation_id, account, moved_on, number, amount, ordinal, other_name, other_id,
    other_account, purpose, code) ON bank_line TO nesie_app;
GRANT INSERT (line_id, how, reason, standing, made_by), UPDATE (standing) ON bank_match TO nesie_app;
GRANT INSERT (match_id, entry_id, amount, standing) ON bank_match_entry TO nesie_app;
GRANT INSERT (match_id, reason, made_by) ON bank_undoing TO nesie_app;
