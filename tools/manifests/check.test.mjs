// What check.mjs finds in the recorded objects of clusters, and in spoilt ones: node --test tools/manifests
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const recorded = join(here, '../../tests/GpuInfra.Offline.Tests/Clusters/objects.json');

const spanning = join(here, '../../tests/GpuInfra.Offline.Tests/Clusters/span.objects.json');

function check(change, of = recorded) {
  const record = JSON.parse(readFileSync(of, 'utf8'));
  change(kind => record.resources.find(resource => resource.type.endsWith(`:${kind}`)), record);
  const file = join(mkdtempSync(join(tmpdir(), 'record-')), 'record.json');
  writeFileSync(file, JSON.stringify(record));
  const said = spawnSync(process.execPath, [join(here, 'check.mjs'), file], { encoding: 'utf8' });
  return { status: said.status, said: said.stdout + said.stderr };
}

test('all recorded objects fit', () => {
  const { status, said } = check(() => {});
  assert.equal(status, 0, said);
  assert.match(said, /, 0 problems/);
});

test('a field that a custom resource does not have is found', () => {
  const { status, said } = check(find => { find('ScaledObject').inputs.spec.minReplicas = 1; });
  assert.equal(status, 1);
  assert.match(said, /ScaledObject.*minReplicas/);
});

test('a field that a part of a core object does not have is found', () => {
  const { status, said } = check(find => { find('Deployment').inputs.spec.template.spec.containers[0].resource = {}; });
  assert.equal(status, 1);
  assert.match(said, /Deployment.*resource/);
});

test('a value of the wrong type is found with its place', () => {
  const { status, said } = check(find => { find('PodMonitor').inputs.spec.podMetricsEndpoints[0].interval = 15; });
  assert.equal(status, 1);
  assert.match(said, /PodMonitor.*\/spec\/podMetricsEndpoints\/0\/interval must be string/);
});

test('what a kind requires is missed', () => {
  const { status, said } = check(find => { delete find('ScaledObject').inputs.spec.scaleTargetRef; });
  assert.equal(status, 1);
  assert.match(said, /ScaledObject.*scaleTargetRef/);
});

test('a kind that no package has is refused unless it is listed', () => {
  const { status, said } = check((find, record) => record.resources.push({ type: 'kubernetes:example.com/v1:Widget', name: 'w', inputs: { metadata: { name: 'w' } } }));
  assert.equal(status, 1);
  assert.match(said, /no package has a schema of example.com\/v1 Widget/);
});

test('groups of pods fit, and what is wrong of them or of their pods is found', () => {
  assert.match(check(() => {}, spanning).said, /, 0 problems/);
  assert.match(check(find => { find('LeaderWorkerSet').inputs.spec.replica = 1; }, spanning).said, /LeaderWorkerSet.* has no field replica/);
  assert.match(check(find => { find('LeaderWorkerSet').inputs.spec.leaderWorkerTemplate.restartPolicy = 'Never'; }, spanning).said, /restartPolicy must be one of/);
  assert.match(check(find => { find('LeaderWorkerSet').inputs.spec.leaderWorkerTemplate.workerTemplate.spec.containers[0].resource = {}; }, spanning).said, /workerTemplate.*resource/);
});

test('a record without objects checks nothing', () => {
  assert.equal(check((find, record) => { record.resources = []; }).status, 2);
});
