-- From cost(source, id, cost) and step(one, other, weight): what everybody reached costs, by as many rounds as
-- steps of the longest of the cheapest paths. Says so if they were too few.
SELECT 'INSERT INTO cost AS c SELECT r.source, s.other, min(r.cost + s.weight)
    FROM cost r JOIN step s ON s.one = r.id GROUP BY r.source, s.other
    ON CONFLICT (source, id) DO UPDATE SET cost = excluded.cost WHERE excluded.cost < c.cost'
FROM generate_series(1, 16) \gexec
SELECT 'more rounds are needed' FROM cost r JOIN step s ON s.one = r.id
JOIN cost c ON c.source = r.source AND c.id = s.other WHERE r.cost + s.weight < c.cost LIMIT 1;
