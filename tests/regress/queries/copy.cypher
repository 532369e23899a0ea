-- COPY: text and CSV, nodes and edges, and lines that are wrong.
CREATE NODE LABEL Person (id INT64 PRIMARY KEY, name STRING, height FLOAT64, born DATE);
CREATE EDGE LABEL KNOWS (FROM Person(id) TO Person(id), since INT64);
\copy Person FROM stdin WITH (FORMAT csv, HEADER)
id,name,height,born
1,Ada,1.65,1815-12-10
2,"Grace ""Amazing"" H",,1906-12-09
3,"two
lines",1.7,
\.
\copy Person (id, name) FROM stdin
4	tab\there
5	\N
\.
MATCH (p IS Person) RETURN p.id, p.name, p.height, p.born ORDER BY p.id;
\copy KNOWS FROM stdin WITH (FORMAT csv, HEADER)
_from,_to,since
1,2,1950
2,3,
\.
MATCH (a IS Person)-[k IS KNOWS]->(b IS Person) RETURN a.id, k.since, b.id ORDER BY a.id;
\copy Person FROM stdin WITH (FORMAT csv)
6,six,1.5,2000-01-01
seven,seven,1.5,2000-01-01
\.
\copy Person FROM stdin WITH (FORMAT csv)
6,six,1.5,2000-01-01
7,seven
\.
\copy Person FROM stdin WITH (FORMAT csv)
6,six,1.5,2000-01-01
1,twice,1.5,2000-01-01
\.
\copy KNOWS FROM stdin WITH (FORMAT csv)
1,99,2000
\.
COPY Person FROM '/etc/passwd';
MATCH (p IS Person) RETURN count(*);
MATCH ()-[k IS KNOWS]->() RETURN count(*);
-- Lists travel as arrays, in text as in binary.
CREATE NODE LABEL Lists (id INT64 PRIMARY KEY, ns INT64[], ss STRING[]);
\copy Lists FROM stdin
1	{1,-2,NULL}	{a,"b,\\"c\\"",""}
2	{}	\N
\.
COPY Lists TO STDOUT;
COPY Lists TO STDOUT WITH (FORMAT csv);
RETURN '{1,-2}'::INT64[] AS ns, CAST('{x,NULL}' AS STRING[]) AS ss;
INSERT (IS Lists {id: 4, ns: '{5}', ss: '{"a b"}'});
MATCH (l IS Lists {id: 4}) RETURN l.ns, l.ss;
RETURN '{1,x}'::INT64[];
RETURN '{1'::INT64[];
\copy Lists FROM stdin
3	{1,2	{}
\.
-- What binary data does not go with.
COPY Lists TO STDOUT WITH (FORMAT binary, DELIMITER ',');
COPY Lists TO STDOUT WITH (FORMAT binary, HEADER);
COPY Lists TO STDOUT WITH (FORMAT binary, NULL 'x');
-- psql takes what follows for the data of a COPY that failed.
\copy Nowhere (id) FROM stdin WITH (FORMAT csv, NO_SUCH_OPTION)
\.
-- further labels, said as a string, a word or a list
COPY Tool (name) FROM STDIN WITH (LABELS 'Old');
saw
\.
COPY Tool (name) FROM STDIN WITH (LABELS Old);
axe
\.
COPY Tool (name) FROM STDIN WITH (LABELS (Old, Rusty));
file
\.
MATCH (t IS Old) RETURN t.name, labels(t) AS labels ORDER BY t.name;
COPY Tool (name) FROM STDIN WITH (LABELS);
\.
COPY Tool (name) FROM STDIN WITH (LABELS 1);
\.
-- Ends by the numbers that id() gives.
COPY BY_ID (_from, _to) FROM STDIN WITH (FORMAT csv, ENDS_BY_ID);
999999,0
\.
COPY BY_ID (_from, _to) FROM STDIN WITH (FORMAT csv, ENDS_BY_ID);
,0
\.
COPY BY_ID (_from, _to) FROM STDIN WITH (FORMAT csv, ENDS_BY_ID maybe);
\.
-- A comment makes a table of a label; it is open as before.
CREATE NODE LABEL Remark (id INT64 PRIMARY KEY);
COMMENT ON TABLE "Remark" IS 'what is said';
COPY Remark (id, text, stars::INT) FROM STDIN WITH (FORMAT csv);
1,good,5
\.
COPY Remark FROM STDIN WITH (FORMAT csv, HEADER);
id,text
2,bad
\.
MATCH (r IS Remark) RETURN r.id, r.text, r.stars ORDER BY r.id;
CREATE TABLE "Shut" (id INT);
COPY Shut (id, text) FROM STDIN WITH (FORMAT csv);
3,none
\.
