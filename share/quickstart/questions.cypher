-- 1. What breaks if libssl3 goes? Everything that depends on it, however far away.
MATCH way = ANY SHORTEST
      (p IS Package)-[IS DEPENDS|PRE_DEPENDS]->+(gone IS Package {name: 'libssl3'})
WITH p, path_length(way) AS steps ORDER BY steps, p.name
RETURN steps, count(p) AS packages, collect_list(p.name)[0..3] AS among_them
ORDER BY steps;

-- 2. Why does automake need libc6? The shortest chain of dependencies.
MATCH chain = ANY SHORTEST
      (a IS Package {name: 'automake'})-[IS DEPENDS|PRE_DEPENDS]->+(b IS Package {name: 'libc6'})
RETURN path_length(chain) AS steps, [p IN nodes(chain) | p.name] AS chain;

-- 3. Which packages are most depended upon?
MATCH (p IS Package)-[IS DEPENDS|PRE_DEPENDS]->(t IS Package)
RETURN t.name AS package, count(DISTINCT p) AS dependants
ORDER BY dependants DESC, package LIMIT 10;

-- 4. Which packages depend on each other in a circle?
MATCH (a IS Package)-[IS DEPENDS|PRE_DEPENDS]->(b IS Package)-[IS DEPENDS|PRE_DEPENDS]->(a)
WHERE a.name < b.name
RETURN DISTINCT a.name AS one, b.name AS other
ORDER BY one, other LIMIT 10;

-- 5. What does automake pull in, and how large is it all? (KiB)
MATCH ANY SHORTEST (a IS Package {name: 'automake'})-[IS DEPENDS|PRE_DEPENDS]->+(p IS Package)
RETURN count(p) AS packages, sum(p.installed_size) AS installed_size;
