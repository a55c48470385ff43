from django.db import migrations

from ivp_portal.organisation.walls import wall

TABLES = [
    "themefield", "theme", "themealias", "roundtheme", "contributiongroup", "invitation", "draft", "contactdetails", "attachment",
    "transcript", "passage", "mail",
]  # fmt: skip

EVIDENCE = migrations.RunSQL(
    """
    -- A version of a letter's text and the place of a point in it are appended, never edited.
    CREATE TRIGGER transcript_never_altered BEFORE UPDATE OR DELETE ON consultation_transcript
        FOR EACH ROW EXECUTE FUNCTION consultation_refuse_change();
    CREATE TRIGGER passage_never_altered BEFORE UPDATE OR DELETE ON consultation_passage
        FOR EACH ROW EXECUTE FUNCTION consultation_refuse_change();

    -- A file goes from a draft to its submission, and from then on it stays as it is.
    CREATE FUNCTION consultation_refuse_change_of_handed_in() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.submission_id IS NOT NULL THEN
            RAISE EXCEPTION 'What was said is evidence: % is not changed or removed.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN coalesce(NEW, OLD);
    END $$;
    CREATE TRIGGER attachment_of_submission_stays BEFORE UPDATE OR DELETE ON consultation_attachment
        FOR EACH ROW EXECUTE FUNCTION consultation_refuse_change_of_handed_in();
    """,
    """
    DROP TRIGGER attachment_of_submission_stays ON consultation_attachment;
    DROP FUNCTION consultation_refuse_change_of_handed_in();
    DROP TRIGGER passage_never_altered ON consultation_passage;
    DROP TRIGGER transcript_never_altered ON consultation_transcript;
    """,
)


class Migration(migrations.Migration):
    dependencies = [("consultation", "0003_intake_from_every_channel")]
    operations = [*[wall(f"consultation_{name}") for name in TABLES], EVIDENCE]
