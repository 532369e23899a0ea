"""Each operation that changes a table which has rows."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("books", "0002_first_rows")]

    operations = [
        migrations.RenameModel("Label", "Tag"),
        migrations.RenameField("tag", "text", "word"),
        migrations.RenameField("book", "labels", "tags"),
        migrations.AlterField("book", "tags", models.ManyToManyField(blank=True, related_name="books", to="books.tag")),
        migrations.AlterField(
            "tag", "id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")
        ),
        migrations.AlterField("author", "name", models.CharField(max_length=80, unique=True)),
        migrations.RemoveField("author", "born"),
        migrations.AddField("author", "born", models.DateField(null=True, blank=True)),
        migrations.RemoveField("author", "homepage"),
        migrations.AddField("author", "email", models.EmailField(blank=True, default="", max_length=254)),
        migrations.AddField(
            "author",
            "teacher",
            models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="pupils", to="books.author"
            ),
        ),
        migrations.AlterModelOptions("author", {"ordering": ["name"]}),
        migrations.AlterField("book", "title", models.CharField(db_index=True, max_length=200)),
        migrations.AlterField("book", "price", models.DecimalField(decimal_places=2, max_digits=8)),
        migrations.AlterField("book", "pages", models.PositiveIntegerField(default=1)),
        migrations.AlterField(
            "book",
            "author",
            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="books", to="books.author"),
        ),
        migrations.AddField(
            "book",
            "second_author",
            models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="books.author"
            ),
        ),
        migrations.AddField("book", "in_print", models.BooleanField(default=True)),
        migrations.AddField("book", "summary", models.TextField(blank=True, default="")),
        migrations.AlterUniqueTogether("book", {("author", "title")}),
        migrations.RemoveIndex("book", "book_by_date"),
        migrations.AddIndex("book", models.Index(fields=["published", "-price"], name="book_pub_price")),
        migrations.RenameIndex("book", new_name="book_published_price", old_name="book_pub_price"),
        migrations.AddConstraint(
            "book", models.CheckConstraint(condition=models.Q(("price__gte", 0)), name="book_price_not_negative")
        ),
        migrations.AlterField("copy", "shelf", models.CharField(blank=True, max_length=10, null=True)),
        migrations.AlterField("copy", "number", models.IntegerField(default=0)),
        migrations.AlterModelTable("portrait", "gallery"),
    ]
