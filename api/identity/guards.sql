-- What the application may change about people, column by column. Who signed in, who was given a role by whom and
-- which codes were used stays; a role that is taken away goes, and the audit trail keeps that it was there.

GRANT INSERT, UPDATE (name, language, password_hash, totp_secret, disabled_at) ON person TO nesie_app;
GRANT INSERT, DELETE ON person_role TO nesie_app;
GRANT INSERT, UPDATE (digest, stage, seen_at, ends_at, confirmed_at, offered_secret, ended_at) ON sign_in_session
    TO nesie_app;
GRANT INSERT ON totp_use TO nesie_app;
GRANT INSERT, DELETE, UPDATE (used_at) ON recovery_code TO nesie_app;
GRANT INSERT, UPDATE (succeeded) ON sign_in_attempt TO nesie_app;
GRANT INSERT, UPDATE (used_at, revoked_at) ON api_token TO nesie_app;
GRANT INSERT, UPDATE (used_at, expires_at) ON invitation TO nesie_app;
GRANT INSERT ON person_identity TO nesie_app;
GRANT INSERT, DELETE, UPDATE (used_at) ON provider_visit TO nesie_app;
