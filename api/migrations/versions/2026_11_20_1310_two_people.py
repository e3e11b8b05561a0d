"""Two people are told apart by their names whatever the locale of the database: under C ``lower`` folds Latin only.

Locks: each constraint is put anew, which keeps its small table from being used for as long as it takes to read it once.
Rows in which one person stands twice stop it: they have to be looked at.
"""

from alembic import op

revision = "2026_11_20_1310"
down_revision = "2026_11_20_1300"
branch_labels = None
depends_on = None

FOLDED = r"""
    CREATE FUNCTION folded_name(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT pg_catalog.translate(
            pg_catalog.lower(pg_catalog.btrim(pg_catalog.regexp_replace(
                pg_catalog.translate(name, U&'\00A0\2007\202F', '   '), '\s+', ' ', 'g'))),
            'АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯӘҒҚҢӨҰҮҺІЇЄЎ', 'абвгдеёжзийклмнопрстуфхцчшщъыьэюяәғқңөұүһіїєў')
    $$
"""
#: Tables with the column of who confirms and of who decides.
CONSTRAINED = {
    "violation_closing": ("closed_by", "proposed_by"),
    "demand_withdrawal": ("confirmed_by", "decided_by"),
    "subsidy_reversal": ("confirmed_by", "decided_by"),
    "grant_reversal": ("confirmed_by", "decided_by"),
}


def upgrade() -> None:
    op.execute(FOLDED)
    for table, (one, other) in CONSTRAINED.items():
        op.drop_constraint(op.f(f"ck_{table}_two_people"), table, type_="check")
        op.create_check_constraint(
            op.f(f"ck_{table}_two_people"), table,
            f"folded_name({one}) <> '' AND folded_name({one}) <> folded_name({other})",
        )  # fmt: skip
