from django.db import migrations


def add_rows(apps, schema_editor):
    Author = apps.get_model("books", "Author")
    Book = apps.get_model("books", "Book")
    Label = apps.get_model("books", "Label")
    brontë = Author.objects.create(name="Emily Brontë", born=1818)
    book = Book.objects.create(title="Wuthering Heights", author=brontë, price=12, pages=416, published="1847-12-01")
    book.labels.add(Label.objects.create(text="novel"))


def remove_rows(apps, schema_editor):
    apps.get_model("books", "Book").objects.all().delete()
    apps.get_model("books", "Author").objects.all().delete()
    apps.get_model("books", "Label").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("books", "0001_initial")]
    operations = [migrations.RunPython(add_rows, remove_rows)]
