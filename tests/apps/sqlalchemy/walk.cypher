-- The rows of SQLAlchemy's tables, walked as a graph.
MATCH (p IS player), (t IS team) WHERE p.team_id = t.id
RETURN t.name, count(*) AS players, sum(p.score) AS score ORDER BY t.name;
MATCH (p IS player), (c IS player) WHERE p.captain_id = c.id
RETURN p.nick, c.nick AS captain ORDER BY p.nick;
MATCH (p IS player) WHERE p.traits IS NOT NULL AND p.nick < 'd' RETURN p.nick, p.numbers ORDER BY p.nick;
