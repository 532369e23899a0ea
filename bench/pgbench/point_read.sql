\set id random(1, :nodes)
MATCH (p IS Person {id: :id}) RETURN p.name;
