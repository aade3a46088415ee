// a comment
const names = ['Ada', 'Zoë'];
export default { names, count: names.length, nested: names.map((name, id) => ({ id, name })) };
