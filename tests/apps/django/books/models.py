"""The models as they are after the last migration."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower


class Author(models.Model):
    name = models.CharField(max_length=80, unique=True)
    born = models.DateField(null=True, blank=True)
    email = models.EmailField(blank=True, default="")
    teacher = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="pupils")

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class Tag(models.Model):
    word = models.SlugField(unique=True)

    def __str__(self):
        return self.word


class Book(models.Model):
    title = models.CharField(max_length=200, db_index=True)
    author = models.ForeignKey(Author, models.CASCADE, related_name="books")
    second_author = models.ForeignKey(Author, models.PROTECT, null=True, blank=True, related_name="+")
    price = models.DecimalField(max_digits=8, decimal_places=2)
    pages = models.PositiveIntegerField(default=1)
    published = models.DateField()
    in_print = models.BooleanField(default=True)
    tags = models.ManyToManyField(Tag, blank=True, related_name="books")
    reviewers = models.ManyToManyField(Author, through="Review", related_name="reviewed")
    summary = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["title"]
        unique_together = [("author", "title")]
        indexes = [models.Index(fields=["published", "-price"], name="book_published_price")]
        constraints = [
            models.CheckConstraint(condition=Q(price__gte=0), name="book_price_not_negative"),
        ]

    def __str__(self):
        return self.title


class Review(models.Model):
    book = models.ForeignKey(Book, models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(Author, models.CASCADE, related_name="reviews")
    stars = models.SmallIntegerField()
    written = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "reviewer"], name="one_review_each"),
            models.CheckConstraint(condition=Q(stars__gte=1) & Q(stars__lte=5), name="stars_one_to_five"),
        ]


class Copy(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    book = models.ForeignKey(Book, models.CASCADE, related_name="copies")
    shelf = models.CharField(max_length=10, null=True, blank=True)
    bought = models.TimeField(null=True, blank=True)
    lent_for = models.DurationField(null=True, blank=True)
    weight = models.FloatField(default=0.5)
    about = models.JSONField(default=dict, blank=True)
    cover = models.BinaryField(null=True)
    serial = models.BigIntegerField(unique=True)
    number = models.IntegerField(default=0)


class Portrait(models.Model):
    author = models.OneToOneField(Author, models.CASCADE, primary_key=True)
    painter = models.CharField(max_length=40)

    class Meta:
        db_table = "gallery"
