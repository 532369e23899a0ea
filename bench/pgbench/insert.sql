\set value random(1, 1000000)
INSERT (IS Event {client: :client_id, value: :value, text: 'an event with some text'});
