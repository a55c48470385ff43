from django.db import migrations

from ivp_portal.organisation.walls import wall

TABLES = ["round", "contributor", "submission", "contribution", "spreadsheetimport"]

EVIDENCE = migrations.RunSQL(
    """
    -- What was handed in is never altered, and nothing that was said is deleted.
    CREATE FUNCTION consultation_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'What was said is evidence: % is not changed or removed.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$;
    CREATE TRIGGER submission_never_altered BEFORE UPDATE OR DELETE ON consultation_submission
        FOR EACH ROW EXECUTE FUNCTION consultation_refuse_change();
    CREATE TRIGGER contribution_never_deleted BEFORE DELETE ON consultation_contribution
        FOR EACH ROW EXECUTE FUNCTION consultation_refuse_change();

    -- A frozen round takes nothing more: neither a submission, nor a contribution, nor a change to one.
    CREATE FUNCTION consultation_refuse_when_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        -- FOR SHARE: adopting a plan waits for what is being said, and the other way round.
        PERFORM 1 FROM consultation_round WHERE id = NEW.round_id AND frozen_at IS NULL FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'The round is frozen: its plan was adopted.' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER submission_round_open BEFORE INSERT ON consultation_submission
        FOR EACH ROW EXECUTE FUNCTION consultation_refuse_when_frozen();
    CREATE TRIGGER contribution_round_open BEFORE INSERT OR UPDATE ON consultation_contribution
        FOR EACH ROW EXECUTE FUNCTION consultation_refuse_when_frozen();

    CREATE FUNCTION consultation_round_stays_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.frozen_at IS NOT NULL THEN
            RAISE EXCEPTION 'The round is frozen: its plan was adopted.' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER round_stays_frozen BEFORE UPDATE ON consultation_round
        FOR EACH ROW EXECUTE FUNCTION consultation_round_stays_frozen();
    """,
    """
    DROP TRIGGER round_stays_frozen ON consultation_round;
    DROP TRIGGER contribution_round_open ON consultation_contribution;
    DROP TRIGGER submission_round_open ON consultation_submission;
    DROP TRIGGER contribution_never_deleted ON consultation_contribution;
    DROP TRIGGER submission_never_altered ON consultation_submission;
    DROP FUNCTION consultation_round_stays_frozen();
    DROP FUNCTION consultation_refuse_when_frozen();
    DROP FUNCTION consultation_refuse_change();
    """,
)


class Migration(migrations.Migration):
    dependencies = [("consultation", "0001_initial"), ("organisation", "0002_wall_function")]
    operations = [*[wall(f"consultation_{name}") for name in TABLES], EVIDENCE]
