\set id random(1, :nodes)
MATCH (p IS Person {id: :id})-[IS KNOWS]->()-[IS KNOWS]->(q) RETURN count(DISTINCT q);
