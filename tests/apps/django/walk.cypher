-- The rows of Django's tables, walked as a graph.
MATCH (b IS books_book), (a IS books_author) WHERE b.author_id = a.id
RETURN a.name, count(*) AS books, sum(b.price) AS price ORDER BY a.name;
MATCH (a IS books_author)
OPTIONAL MATCH (t IS books_author) WHERE a.teacher_id = t.id
RETURN a.name, t.name AS teacher ORDER BY a.name;
MATCH (b IS books_book), (l IS books_book_tags), (t IS books_tag)
WHERE l.book_id = b.id AND l.tag_id = t.id
RETURN t.word, count(b) AS books ORDER BY t.word;
-- The tables as a graph of their own, without a copy: pupils, teachers and what they wrote.
CREATE PROPERTY GRAPH library
    VERTEX TABLES (books_author KEY (id) LABEL author PROPERTIES (name),
        books_book KEY (id) LABEL book PROPERTIES (title, price))
    EDGE TABLES (
        books_author AS teaches KEY (id)
            SOURCE KEY (teacher_id) REFERENCES books_author (id)
            DESTINATION KEY (id) REFERENCES books_author (id) NO PROPERTIES,
        books_book AS wrote KEY (id)
            SOURCE KEY (author_id) REFERENCES books_author (id)
            DESTINATION KEY (id) REFERENCES books_book (id) NO PROPERTIES);
SELECT * FROM GRAPH_TABLE (library MATCH (t IS author)-[IS teaches]->(p IS author)-[IS wrote]->(b IS book)
    COLUMNS (t.name AS teacher, p.name AS pupil, b.title)) ORDER BY 1, 2, 3 LIMIT 5;
