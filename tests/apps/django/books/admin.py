from django.contrib import admin

from .models import Author, Book, Copy, Tag


class CopyInline(admin.TabularInline):
    model = Copy
    extra = 0


@admin.register(Book)
class BookAdmin(admin.ModelAdmin):
    list_display = ["title", "author", "price", "published"]
    list_filter = ["author", "in_print", "tags"]
    search_fields = ["title", "author__name"]
    date_hierarchy = "published"
    filter_horizontal = ["tags"]
    inlines = [CopyInline]


admin.site.register([Author, Tag])
