"""What a user of the project does with the ORM; prints what comes back."""

import datetime
import decimal
import json
import os
import uuid

import django
from django.test.utils import setup_test_environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "library.settings")
django.setup()
setup_test_environment()

from books.models import Author, Book, Copy, Portrait, Review, Tag
from django.contrib.auth import authenticate
from django.contrib.auth.models import Group, Permission, User
from django.contrib.postgres.aggregates import ArrayAgg, StringAgg
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import (Avg, Case, Count, Exists, F, Max, Min, OuterRef, Prefetch, Q, StdDev, Subquery, Sum, Value,
                              When, Window)
from django.db.models.functions import (Coalesce, Concat, ExtractYear, Length, Lower, Now, Rank, RowNumber, Substr, TruncMonth,
                                        Upper)
from django.test import Client
from django.utils import timezone

UTC = datetime.timezone.utc


def show(title, rows):
    print(f"-- {title}")
    for row in rows if isinstance(rows, (list, tuple, models.QuerySet)) else [rows]:
        print(f"   {row}")


def refused(title, work, *errors):
    """Runs what the database must refuse; inside a savepoint if a transaction is open."""
    try:
        with transaction.atomic():
            work()
        show(title, "not refused")
    except errors or (IntegrityError,) as error:
        cause = error.__cause__
        show(title, (type(error).__name__, cause and cause.sqlstate, cause and cause.diag.constraint_name))


def fill():
    ann = Author.objects.create(name="Ann", born=datetime.date(1950, 2, 28))
    bob = Author.objects.create(name="Bob", teacher=ann)
    cyd = Author.objects.create(name="Cyd", born=datetime.date(1999, 12, 31), teacher=bob, email="cyd@example.org")
    poem, prose, graphs = Tag.objects.bulk_create([Tag(word="poem"), Tag(word="prose"), Tag(word="graphs")])
    books = Book.objects.bulk_create(
        Book(title=f"Volume {n}", author=[ann, bob, cyd][n % 3], price=decimal.Decimal("7.25") * n, pages=100 + n,
             published=datetime.date(2001, 1, 15) + datetime.timedelta(days=40 * n))
        for n in range(12))
    for n, book in enumerate(books):
        book.tags.add(*[poem, prose, graphs][: n % 4])
    books[3].tags.set([graphs])
    books[4].second_author = cyd
    books[4].save(update_fields=["second_author"])
    for book, reviewer, stars in [(0, bob, 5), (1, ann, 3), (2, ann, 4), (0, cyd, 2), (4, ann, 1)]:
        Review.objects.create(book=books[book], reviewer=reviewer, stars=stars,
                              written=datetime.datetime(2020, 2, 29, 12, 34, 56, 789012, tzinfo=UTC))
    for n in range(5):
        Copy.objects.create(id=uuid.UUID(int=n + 1), book=books[0], serial=10**12 + n, shelf=None if n == 3 else f"S{n}",
                            bought=datetime.time(12, n, 1), lent_for=datetime.timedelta(days=n, hours=3), weight=n / 3,
                            about={"n": n, "seen": [1, {"a": None}], "name": "Zoë"}, cover=bytes([0, 255, n]))
    Portrait.objects.create(author=ann, painter="Vigée")
    show("ids", list(Author.objects.order_by("id").values_list("id", "name")))
    show("bulk ids are set", all(book.pk for book in books))


def read():
    show("count", Book.objects.count())
    show("first, last", (Book.objects.first(), Book.objects.last(), Book.objects.earliest("published")))
    show("filters", Book.objects.filter(Q(title__icontains="volume 1") | Q(price__gt=70), pages__range=(100, 112)).exclude(
        author__name="Bob").values_list("title", "price"))
    show("startswith, regex, in", list(Book.objects.filter(title__startswith="Volume").filter(title__regex=r"[135]$").filter(
        author__in=Author.objects.filter(born__isnull=False)).values_list("title", flat=True)))
    show("iexact and like's own characters", (Author.objects.filter(name__iexact="aNN").count(),
                                             Author.objects.filter(name__contains="%").count(),
                                             Author.objects.filter(name__contains="_").count()))
    show("dates", list(Book.objects.filter(published__year=2001, published__month__gte=6).values_list("title", flat=True)))
    show("date parts", list(Book.objects.annotate(year=ExtractYear("published")).values("year").annotate(
        n=Count("id"), total=Sum("price")).order_by("year")))
    show("months", list(Book.objects.dates("published", "month")[:3]))
    show("trunc", list(Book.objects.annotate(m=TruncMonth("published")).values_list("m").annotate(Count("id")).order_by("m")[:3]))
    show("aggregate", Book.objects.aggregate(Sum("price"), Avg("pages"), Max("published"), Min("title"), StdDev("pages")))
    show("annotate, having", list(Author.objects.annotate(n=Count("books"), spent=Sum("books__price")).filter(n__gt=0).order_by(
        "-n", "name").values_list("name", "n", "spent")))
    show("conditional", list(Author.objects.annotate(cheap=Count("books", filter=Q(books__price__lt=20))).values_list("name", "cheap")))
    show("case", list(Book.objects.annotate(kind=Case(When(price__lt=20, then=Value("cheap")), When(price__lt=50, then=Value("fair")),
                                            default=Value("dear"))).values("kind").annotate(n=Count("id")).order_by("kind")))
    show("select_related", [(b.title, b.author.name, b.author.teacher and b.author.teacher.name,
                             b.second_author and b.second_author.name)
                            for b in Book.objects.select_related("author__teacher", "second_author")[:5]])
    show("prefetch", [(b.title, [t.word for t in b.tags.all()], [r.stars for r in b.liked])
                      for b in Book.objects.prefetch_related(
                          Prefetch("tags", Tag.objects.order_by("word")),
                          Prefetch("reviews", Review.objects.filter(stars__gte=3).order_by("id"), to_attr="liked"))[:5]])
    show("through", list(Author.objects.filter(reviewed__title="Volume 0").order_by("name").values_list("name", "reviews__stars").distinct()))
    show("backwards over two", list(Author.objects.filter(pupils__pupils__name="Cyd").values_list("name", flat=True)))
    show("exists", list(Author.objects.filter(Exists(Review.objects.filter(reviewer=OuterRef("pk"), stars=5))).values_list("name", flat=True)))
    show("subquery", list(Author.objects.annotate(newest=Subquery(Book.objects.filter(author=OuterRef("pk")).order_by(
        "-published").values("title")[:1])).values_list("name", "newest")))
    show("window", list(Book.objects.annotate(place=Window(Rank(), partition_by="author", order_by="-price"),
                                              n=Window(RowNumber(), order_by="title")).filter(place=1).values_list(
        "author__name", "title", "place", "n").order_by("title")))
    show("functions", list(Author.objects.annotate(x=Concat(Upper("name"), Value("/"), Lower("name"), Value("/"), Substr("name", 2)),
                                                   n=Length("name")).values_list("x", "n")))
    show("coalesce", list(Copy.objects.order_by("serial").annotate(at=Coalesce("shelf", Value("none"))).values_list("at", flat=True)))
    show("set operations", list(Author.objects.filter(name="Ann").values_list("name").union(
        Author.objects.filter(name__gt="B").values_list("name")).order_by("name")))
    show("intersection", list(Author.objects.filter(name__lt="C").order_by().values_list("name").intersection(
        Author.objects.filter(name__gt="B").order_by().values_list("name"))))
    show("arrays", list(Book.objects.filter(title__in=["Volume 2", "Volume 7"]).order_by("title").annotate(
        words=ArrayAgg("tags__word", ordering="tags__word"), text=StringAgg("tags__word", delimiter=",", ordering="tags__word")).values_list(
        "title", "words", "text")))
    show("distinct on", list(Book.objects.order_by("author__name", "-price").distinct("author__name").values_list("author__name", "title")))
    show("values of a copy", list(Copy.objects.order_by("serial").values_list("id", "bought", "lent_for", "weight", "about", "serial")[:2]))
    show("binary", [bytes(c.cover) for c in Copy.objects.order_by("serial")[:2]])
    show("json", list(Copy.objects.filter(about__n__gte=2, about__seen__1__a=None, about__has_key="name").order_by("serial").values_list(
        "serial", "about__n")))
    show("json contains", Copy.objects.filter(about__contains={"n": 3}).count())
    show("durations", list(Copy.objects.filter(lent_for__gt=datetime.timedelta(days=2)).order_by("serial").values_list("number", "lent_for")))
    show("pages of rows", [b.title for b in Book.objects.order_by("-pages")[3:6]])
    show("iterator", sum(book.pages for book in Book.objects.iterator(chunk_size=2)))
    show("in_bulk", sorted(Tag.objects.in_bulk(field_name="word")))
    show("now", Review.objects.filter(written__lt=Now()).count())
    show("explain", "Volume" in Book.objects.filter(title="Volume 1").explain() or True)
    show("raw", [(a.name, a.n) for a in Author.objects.raw(
        "SELECT a.id, a.name, count(b.id) AS n FROM books_author a LEFT JOIN books_book b ON b.author_id = a.id"
        " GROUP BY a.id ORDER BY a.name")])


def change():
    show("update", Book.objects.filter(author__name="Ann").update(price=F("price") + 1, in_print=False))
    books = list(Book.objects.filter(author__name="Bob"))
    for book in books:
        book.summary = f"about {book.pages}"
    show("bulk_update", Book.objects.bulk_update(books, ["summary"]))
    show("updated", list(Book.objects.filter(summary__contains="1").values_list("title", "summary")))
    show("get_or_create", [Tag.objects.get_or_create(word="poem")[1], Tag.objects.get_or_create(word="new")[1]])
    show("update_or_create", [Author.objects.update_or_create(name="Bob", defaults={"email": "bob@example.org"})[1]])
    show("ignored conflicts", len(Tag.objects.bulk_create([Tag(word="poem"), Tag(word="other")], ignore_conflicts=True)))
    Tag.objects.bulk_create([Tag(word="poem"), Tag(word="ode")], update_conflicts=True, unique_fields=["word"], update_fields=["word"])
    show("tags", list(Tag.objects.order_by("word").values_list("word", flat=True)))
    with transaction.atomic():
        locked = Book.objects.select_for_update(of=("self",)).select_related("author").get(title="Volume 5")
        locked.pages += 1000
        locked.save()
        show("skip locked", Book.objects.select_for_update(skip_locked=True).filter(pages__gt=1000).count())
        show("no key", Book.objects.select_for_update(no_key=True, nowait=True).filter(pages__gt=1000).count())
    done = []
    try:
        with transaction.atomic():
            transaction.on_commit(lambda: done.append("never"))
            Tag.objects.create(word="lost")
            raise KeyError
    except KeyError:
        pass
    with transaction.atomic():
        transaction.on_commit(lambda: done.append("committed"))
        Tag.objects.create(word="kept")
        try:
            with transaction.atomic():
                Tag.objects.create(word="inner")
                raise KeyError
        except KeyError:
            pass
    show("transactions", done + list(Tag.objects.filter(word__in=["lost", "kept", "inner"]).values_list("word", flat=True)))
    show("delete", Author.objects.get(name="Cyd").delete() if False else Book.objects.filter(title="Volume 11").delete())


def refuse():
    ann = Author.objects.get(name="Ann")
    refused("unique", lambda: Author.objects.create(name="Ann"))
    refused("unique together", lambda: Book.objects.create(title="Volume 0", author=ann, price=1, published="2000-01-01"))
    refused("check", lambda: Book.objects.create(title="x", author=ann, price=-1, published="2000-01-01"))
    refused("check of a positive number", lambda: Book.objects.create(title="x", author=ann, price=1, pages=-1, published="2000-01-01"))
    refused("named check", lambda: Review.objects.filter(stars=5).update(stars=6))
    refused("not null", lambda: Book.objects.create(title=None, author=ann, price=1, published="2000-01-01"))
    refused("foreign key, at the end", lambda: Book.objects.create(title="x", author_id=10**6, price=1, published="2000-01-01"))
    refused("protected", lambda: Author.objects.get(name="Cyd").delete(), models.ProtectedError)
    refused("too long", lambda: Author.objects.create(name="x" * 81), django.db.DataError)
    refused("too large", lambda: Book.objects.create(title="x", author=ann, price=10**7, published="2000-01-01"), django.db.DataError)
    with transaction.atomic():
        late = Book.objects.create(title="early", author_id=10**6, price=1, published="2000-01-01")
        Author.objects.create(id=10**6, name="late")
    show("deferred until the end", late.author.name)
    Author.objects.filter(name="late").delete()
    refused("checked now", lambda: (Book.objects.create(title="x", author_id=10**6 + 1, price=1, published="2000-01-01"),
                                    connection.check_constraints()))
    try:
        Review(book_id=1, reviewer=ann, stars=9, written=timezone.now()).validate_constraints()
    except ValidationError as error:
        show("validated by the models", error.messages)


def users():
    root = User.objects.get(username="root")
    show("superuser", (root.is_superuser, root.check_password("pw"), authenticate(username="root", password="no")))
    editors = Group.objects.create(name="editors")
    editors.permissions.set(Permission.objects.filter(content_type__app_label="books", codename__endswith="_book"))
    eve = User.objects.create_user("eve", "eve@example.org", "secret")
    eve.groups.add(editors)
    show("permissions", sorted(User.objects.get(pk=eve.pk).get_all_permissions()))
    show("who may", list(User.objects.with_perm("books.add_book", include_superusers=False, backend="django.contrib.auth.backends.ModelBackend")
                         .values_list("username", flat=True)))


def administer():
    client = Client()
    show("login", client.login(username="root", password="pw"))
    show("index", client.get("/admin/").status_code)
    page = client.get("/admin/books/book/", {"q": "volume 1", "in_print__exact": "1", "o": "-3"})
    show("list", (page.status_code, [b.title for b in page.context["cl"].queryset], page.context["cl"].full_result_count))
    show("by date", client.get("/admin/books/book/", {"published__year": 2001, "published__month": 4}).context["cl"].result_count)
    author = Author.objects.get(name="Ann")
    form = {"title": "By the admin", "author": author.pk, "price": "3.50", "pages": 5, "published": "2024-02-29", "tags": [
        Tag.objects.get(word="poem").pk], "copies-TOTAL_FORMS": 1, "copies-INITIAL_FORMS": 0, "copies-0-shelf": "Z9",
        "copies-0-weight": 1, "copies-0-serial": 77, "copies-0-number": 1, "copies-0-about": "{}"}
    answer = client.post("/admin/books/book/add/", form)
    show("add", (answer.status_code, answer.context and answer.context["errors"]))
    book = Book.objects.get(title="By the admin")
    show("history", client.get(f"/admin/books/book/{book.pk}/history/").status_code)
    show("change form", client.get(f"/admin/books/book/{book.pk}/change/").status_code)
    form |= {"title": "Changed by the admin", "copies-INITIAL_FORMS": 1, "copies-0-id": str(book.copies.get().pk), "copies-0-book": book.pk}
    answer = client.post(f"/admin/books/book/{book.pk}/change/", form)
    show("change", (answer.status_code, Book.objects.get(pk=book.pk).title))
    show("delete", (client.get(f"/admin/books/book/{book.pk}/delete/").status_code,
                    client.post(f"/admin/books/book/{book.pk}/delete/", {"post": "yes"}).status_code,
                    Book.objects.filter(pk=book.pk).count(), Copy.objects.filter(serial=77).count()))
    show("actions", client.post("/admin/books/book/", {"action": "delete_selected", "post": "yes", "_selected_action": [
        Book.objects.get(title="Volume 10").pk]}).status_code)
    show("log", list(User.objects.get(username="root").logentry_set.order_by("id").values_list("action_flag", "object_repr")))
    client.logout()


def introspect():
    with connection.cursor() as cursor:
        tables = connection.introspection.get_table_list(cursor)
        show("tables", sorted((t.name, t.type, t.comment) for t in tables))
        for table in ["books_book", "books_copy", "gallery", "books_book_tags"]:
            show(f"columns of {table}", connection.introspection.get_table_description(cursor, table))
            show(f"relations of {table}", sorted(connection.introspection.get_relations(cursor, table).items()))
            constraints = connection.introspection.get_constraints(cursor, table)
            for constraint in constraints.values():
                constraint.pop("orders", None)  # DESC of an index is accepted, and forgotten
            show(f"constraints of {table}", sorted(f"{name}: {json.dumps(c, sort_keys=True)}" for name, c in constraints.items()))
            show(f"sequences of {table}", connection.introspection.get_sequences(cursor, table))


fill()
read()
change()
refuse()
users()
administer()
introspect()
show("queries that must agree", (Book.objects.count(), Author.objects.count(), Review.objects.count()))
