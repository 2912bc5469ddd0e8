// Checks generated dashboards against the types that Grafana publishes for its dashboard JSON (npm: @grafana/schema, one release for each of Grafana):
//
//   mkdir /tmp/check && cd /tmp/check && npm install @grafana/schema@11.6.0 typescript@5.8.3
//   gpuinfra monitoring --stack prod --files /tmp/check/boards
//   node REPOSITORY/tools/dashboards/check.mjs /tmp/check/boards
//
// It runs in the folder of the two packages and ends with 1 where a dashboard does not fit.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const files = readdirSync(folder).filter(name => /^gpuinfra-.*\.json$/.test(name)).sort();
if (files.length === 0) {
  console.error(`${folder} holds no gpuinfra-*.json`);
  process.exit(2);
}

const boards = files.map((name, i) => `// ${name}\nexport const board${i}: Dashboard = ${readFileSync(join(folder, name), 'utf8')};`);
writeFileSync('boards.ts', ["import type { Dashboard } from '@grafana/schema';", ...boards].join('\n'));
try {
  execFileSync('npx', ['tsc', '--noEmit', '--strict', '--skipLibCheck', '--moduleResolution', 'node', '--module', 'commonjs', '--target', 'es2020', 'boards.ts'], { stdio: 'inherit' });
} catch {
  process.exit(1);
}

console.log(`${files.length} dashboards fit @grafana/schema`);
