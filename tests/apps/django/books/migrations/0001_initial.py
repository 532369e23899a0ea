import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Author",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40)),
                ("born", models.IntegerField(null=True)),
                ("homepage", models.URLField(default="https://example.org/")),
            ],
        ),
        migrations.CreateModel(
            name="Label",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.SlugField(unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Book",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=200)),
                ("price", models.IntegerField(default=0)),
                ("pages", models.IntegerField(null=True)),
                ("published", models.DateField()),
                ("author", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="books.author")),
                ("labels", models.ManyToManyField(blank=True, to="books.label")),
            ],
            options={"ordering": ["title"]},
        ),
        migrations.CreateModel(
            name="Copy",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("shelf", models.CharField(max_length=10, default="A")),
                ("bought", models.TimeField(null=True, blank=True)),
                ("lent_for", models.DurationField(null=True, blank=True)),
                ("weight", models.FloatField(default=0.5)),
                ("about", models.JSONField(default=dict, blank=True)),
                ("cover", models.BinaryField(null=True)),
                ("serial", models.BigIntegerField(unique=True)),
                ("number", models.SmallIntegerField(default=0)),
                ("book", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="books.book", related_name="copies")),
            ],
        ),
        migrations.CreateModel(
            name="Portrait",
            fields=[
                ("author", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to="books.author")),
                ("painter", models.CharField(max_length=40)),
            ],
        ),
        migrations.AddIndex(
            model_name="book",
            index=models.Index(fields=["published"], name="book_by_date"),
        ),
    ]
