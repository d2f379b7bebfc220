// Runs inside a namespace: prints the body of an answer. Usage: get.mjs URL
const response = await fetch(process.argv[2]);
if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
process.stdout.write(await response.text());
