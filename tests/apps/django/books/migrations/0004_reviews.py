import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("books", "0003_everything_changes")]

    operations = [
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stars", models.SmallIntegerField()),
                ("written", models.DateTimeField()),
                (
                    "book",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="reviews", to="books.book"),
                ),
                (
                    "reviewer",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="reviews", to="books.author"),
                ),
            ],
        ),
        migrations.AddConstraint(
            "review", models.UniqueConstraint(fields=("book", "reviewer"), name="one_review_each")
        ),
        migrations.AddConstraint(
            "review",
            models.CheckConstraint(
                condition=models.Q(("stars__gte", 1), ("stars__lte", 5)), name="stars_one_to_five"
            ),
        ),
        migrations.AddField(
            "book",
            "reviewers",
            models.ManyToManyField(related_name="reviewed", through="books.Review", to="books.author"),
        ),
        migrations.RunSQL(
            "CREATE INDEX by_stars ON books_review (stars); COMMENT ON TABLE books_review IS 'what readers think'",
            "DROP INDEX by_stars",
        ),
    ]
