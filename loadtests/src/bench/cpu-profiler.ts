/**
 * Loaded into an API before its own code (node --import): at SIGUSR2 it begins to sample its main thread, at the
 * next one it writes what it has seen. Until the first it costs nothing, and it needs no port and no debugger.
 * Where to: `?to=` of the address that it is loaded by, as a program's environment is read by its config alone.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';

/** V8's own; a finer one costs the arm more than it shows. */
const intervalMicros = 1_000;

const file = new URL(import.meta.url).searchParams.get('to') ?? '';
const session = new Session();
let recording = false;

process.on('SIGUSR2', () => {
  if (recording) stop();
  else start();
  recording = !recording;
});

function start(): void {
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: intervalMicros });
  // Whoever asked waits for this file.
  session.post('Profiler.start', () => writeFileSync(`${file}.recording`, ''));
}

function stop(): void {
  session.post('Profiler.stop', (error, answer) => {
    if (error !== null) throw error;
    writeFileSync(`${file}.recording`, JSON.stringify(answer.profile));
    renameSync(`${file}.recording`, file);
    session.disconnect();
  });
}
