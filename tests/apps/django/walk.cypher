-- The rows of Django's tables, walked as a graph.
MATCH (b IS books_book), (a IS books_author) WHERE b.author_id = a.id
RETURN a.name, count(*) AS books, sum(b.price) AS price ORDER BY a.name;
MATCH (a IS books_author)
OPTIONAL MATCH (t IS books_author) WHERE a.teacher_id = t.id
RETURN a.name, t.name AS teacher ORDER BY a.name;
MATCH (b IS books_book), (l IS books_book_tags), (t IS books_tag)
WHERE l.book_id = b.id AND l.tag_id = t.id
RETURN t.word, count(b) AS books ORDER BY t.word;
