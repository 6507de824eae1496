// Asks the registry that is set up whether a dependency that the services run with has a known hole, high or
// critical. Ends with 1 when it has. A registry that has no such list, or none that answers, is no reason to
// stop a build, but never passes for a clean answer: that it could not be asked is said.
import { spawnSync } from 'node:child_process';

const answerMsMax = 60_000;
const args = ['audit', '--omit=dev', '--audit-level=high', '--json', '--fetch-retries=1'];

const { stdout, stderr, error } = spawnSync('npm', args, {
  encoding: 'utf8',
  timeout: answerMsMax,
  maxBuffer: 64 * 1_024 * 1_024,
});
const report = read(stdout);
if (report?.auditReportVersion !== 2) {
  const said = report?.message ?? error?.message ?? stderr?.trim().split('\n')[0];
  console.log(
    '── audit: THE REGISTRY COULD NOT BE ASKED, so nothing is known of holes in dependencies',
  );
  console.log(`   ${said || 'no answer'}`);
  process.exit(0);
}
const found = Object.values(report.vulnerabilities).filter(({ severity }) =>
  ['high', 'critical'].includes(severity),
);
for (const { name, severity, range, via } of found) {
  const titles = via.map((cause) => cause.title ?? `through ${cause}`);
  console.log(`── audit: ${severity}: ${name} ${range}: ${titles.join('; ')}`);
}
const { dependencies } = report.metadata;
console.log(
  `── audit: ${dependencies.prod} dependencies, ${found.length} with a high or critical hole`,
);
process.exit(found.length > 0 ? 1 : 0);

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
