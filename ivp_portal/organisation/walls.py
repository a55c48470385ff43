"""The wall behind the door: row-level security, as a migration operation.

A table that holds a municipality's data has a column area_id. Rows can be read when their area is in the setting ivp.readable and
written when it is in ivp.writable; both are lists of area ids, set per transaction by organisation.access. Nothing set, nothing visible.
FORCE makes it hold for the owner of the table too; the portal's database user is no superuser and has no BYPASSRLS.
"""

from django.db.migrations.operations import RunSQL

# A sub-select in a policy is evaluated once per query, not once per row.
OPEN = "area_id = ANY ((SELECT ivp_areas('{which}'))::bigint[])"

CREATE_FUNCTION = RunSQL(
    """
    CREATE FUNCTION ivp_areas(which text) RETURNS bigint[] LANGUAGE sql STABLE AS $$
        SELECT string_to_array(nullif(current_setting('ivp.' || which, true), ''), ',')::bigint[]
    $$;
    """,
    "DROP FUNCTION ivp_areas(text);",
)


def wall(table: str) -> RunSQL:
    """Enable and force row-level security on the table, which must have a column area_id."""
    return RunSQL(
        f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY {table}_read ON {table} FOR SELECT USING ({OPEN.format(which="readable")});
        CREATE POLICY {table}_write ON {table} FOR ALL USING ({OPEN.format(which="writable")})
            WITH CHECK ({OPEN.format(which="writable")});
        """,
        f"""
        DROP POLICY {table}_write ON {table};
        DROP POLICY {table}_read ON {table};
        ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
        """,
    )
