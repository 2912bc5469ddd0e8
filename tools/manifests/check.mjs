// Checks the Kubernetes objects of a record (gpuinfra preview --record FILE) against the schemas that npm packages carry:
//
//   npm ci --prefix tools/manifests
//   gpuinfra preview --plan kubernetes.plan.yaml --record /tmp/record.json   (a plan with platform: kubernetes)
//   node tools/manifests/check.mjs /tmp/record.json
//
// Values are held to each kind's schema (validators that ajv compiled, as @kubernetes-models publishes them), names of fields to its types, since the schemas
// let unknown fields pass. Kinds without a schema must be in kinds.json with their shape, or in withoutSchema. It ends with 1 where something does not fit, with 2 where nothing could be checked.
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, 'node_modules');
const packages = [
  'kubernetes-models', '@kubernetes-models/keda', '@kubernetes-models/prometheus-operator', '@kubernetes-models/gateway-api',
  '@kubernetes-models/external-secrets', '@kubernetes-models/karpenter', '@kubernetes-models/gke',
];

/** Kinds that no package has, and why they are used all the same. */
const withoutSchema = {
  'gateway.envoyproxy.io/v1alpha1 EnvoyProxy': 'Envoy Gateway publishes its kinds in its chart and for Go alone; infra/Clusters/Resources/EnvoyProxyArgs.cs has the few fields that are used',
};

/** Shapes of kinds that no package has, read in their sources: names of fields with a type, the values that there are, or fields below. */
const kinds = JSON.parse(readFileSync(join(here, 'kinds.json'), 'utf8'));

/** Stands for what is secret or not known yet. */
const hidden = 'hidden';
const [file] = process.argv.slice(2);
const record = JSON.parse(readFileSync(file, 'utf8'));
const objects = record.resources.filter(resource => /^kubernetes:(?!helm\.sh|yaml\/)[^:]+:[A-Z]\w*$/.test(resource.type)).map(resource => {
  const [, version, kind] = resource.type.split(':');
  return { urn: resource.urn ?? `${resource.type} ${resource.name}`, apiVersion: version.replace(/^core\//, ''), kind, body: plain(resource.inputs) };
});
// What groups of pods consist of has a schema, whatever their own kind is.
for (const set of objects.filter(object => object.kind === 'LeaderWorkerSet')) {
  const { leaderTemplate, workerTemplate } = set.body.spec.leaderWorkerTemplate;
  for (const [name, template] of Object.entries({ leaderTemplate, workerTemplate })) {
    objects.push({ urn: `${set.urn} ${name}`, apiVersion: 'v1', kind: 'PodTemplate', body: { metadata: { name }, template } });
  }
}

if (objects.length === 0) {
  console.error(`${file} has no Kubernetes objects`);
  process.exit(2);
}

if (!existsSync(modules)) {
  console.error(`npm ci --prefix ${here} comes first`);
  process.exit(2);
}

const problems = [];
const missing = new Set();
const known = [];
const shaped = [];
for (const object of objects) {
  object.body.apiVersion = object.apiVersion;
  object.body.kind = object.kind;
  const home = packages.flatMap(name => ['.mjs', '.js'].map(end => join(modules, name, object.apiVersion, object.kind + end))).find(path => existsSync(path));
  const name = `${object.apiVersion} ${object.kind}`;
  if (home === undefined && name in kinds) {
    problems.push(...misshaped(object.body.spec, kinds[name].spec, 'spec').map(problem => `${object.urn}: ${problem}`));
    shaped.push(object);
    continue;
  }

  if (home === undefined) {
    missing.add(name);
    if (!(name in withoutSchema)) {
      problems.push(`${object.urn}: no package has a schema of ${name}; add one to package.json, or the kind to withoutSchema with the reason`);
    }

    continue;
  }

  known.push({ ...object, home });
  const Kind = (await import(pathToFileURL(home)))[object.kind];
  try {
    new Kind(object.body).validate();
  } catch (error) {
    problems.push(...(error.errors ?? [error]).filter(one => !isHidden(object.body, one.instancePath)).map(one => `${object.urn}: ${one.instancePath ?? ''} ${one.message}`));
  }
}

problems.push(...namesOf(known));
for (const problem of problems) {
  console.error(problem);
}

for (const name of [...missing].filter(name => name in withoutSchema).sort()) {
  console.log(`without a schema: ${name} (${withoutSchema[name]})`);
}

console.log(`${known.length + shaped.length} objects of ${new Set([...known, ...shaped].map(object => `${object.apiVersion} ${object.kind}`)).size} kinds checked, ${problems.length} problems`);
process.exit(problems.length > 0 ? 1 : 0);

/** What of a value is not as its shape says. */
function misshaped(value, shape, path) {
  if (value === hidden || shape === 'template') {
    return [];
  }

  if (typeof shape === 'string') {
    return shape === 'integer' && Number.isInteger(value) ? [] : [`${path} must be ${shape}`];
  }

  if (Array.isArray(shape)) {
    return shape.includes(value) ? [] : [`${path} must be one of ${shape.join(', ')}`];
  }

  return Object.entries(value).flatMap(([key, below]) => key in shape ? misshaped(below, shape[key], `${path}/${key}`) : [`${path} has no field ${key}`]);
}

/** Whether what does not fit is not known yet. */
function isHidden(body, path) {
  return (path ?? '').split('/').slice(1).reduce((value, name) => value?.[name.replaceAll('~1', '/').replaceAll('~0', '~')], body) === hidden;
}

/** What is secret or not known yet stands for a text. */
function plain(value) {
  if (Array.isArray(value)) {
    return value.map(plain);
  }

  if (value !== null && typeof value === 'object') {
    return value.secret === true || value.unknown === true ? hidden : Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
  }

  return value;
}

/** Fields that a kind's type does not have. */
function namesOf(objects) {
  const folder = mkdtempSync(join(tmpdir(), 'manifests-'));
  try {
    symlinkSync(modules, join(folder, 'node_modules'));
    const text = [];
    const places = [];
    objects.forEach((object, index) => {
      const path = `./node_modules/${object.home.slice(modules.length + 1).replace(/\.mjs$/, '.js')}`;
      const lines = `import type { I${object.kind} as T${index} } from ${JSON.stringify(path)};\nexport const o${index}: T${index} = ${JSON.stringify(object.body, null, 1)};`.split('\n');
      lines.forEach(() => places.push(object));
      text.push(...lines);
    });
    writeFileSync(join(folder, 'objects.ts'), text.join('\n'));
    const said = spawnSync(process.execPath, [
      join(modules, 'typescript', 'bin', 'tsc'), '--noEmit', '--strict', '--skipLibCheck', '--moduleResolution', 'bundler', '--module', 'esnext', '--target', 'es2022', '--pretty', 'false', 'objects.ts',
    ], { cwd: folder, encoding: 'utf8' });
    const errors = said.stdout.split('\n').filter(line => line.startsWith('objects.ts('));
    if (said.status !== 0 && errors.length === 0) {
      throw new Error(said.stdout + said.stderr);
    }

    return errors.map(line => {
      const [, at, message] = /^objects\.ts\((\d+),\d+\): error TS\d+: (.*)$/.exec(line);
      return `${places[at - 1].urn}: ${message}`;
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
