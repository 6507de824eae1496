import { RigError } from '../rig/rig-error.js';
import { ArmWatch } from './arm-watch.js';
import { colourOf } from './frame.js';
import { isHeld, RigArms } from './rig-arms.js';

/** What is watched: a fixed list of services, or whatever runs in a rig's directory. */
export interface Watched {
  /** Where it is, for the head of the display. */
  readonly place: string;
  /** Asked before every look: arms of a study come and go. */
  arms(): readonly ArmWatch[];
  /** The rig that was watched is no more. */
  hasEnded(): boolean;
}

/** Services at URLs; those of one name are the processes of one arm. */
export function watchedServices(services: readonly { name: string; url: string }[]): Watched {
  const names = [...new Set(services.map(({ name }) => name))];
  const arms = names.map((name) => {
    const urls = services.filter((service) => service.name === name).map(({ url }) => url);
    return new ArmWatch(name, urls, colourOf(name));
  });
  return {
    place: services.map(({ url }) => url).join(', '),
    arms: () => arms,
    hasEnded: () => false,
  };
}

/**
 * The first of the directories in which a rig runs.
 * @throws {RigError} when there is none; it says what to do
 */
export function watchedRig(directories: readonly string[]): Watched {
  const path = directories.find(isHeld);
  if (path === undefined) {
    throw new RigError(
      `Nothing is up to watch: no rig, study or run holds ${directories.join(' or ')}.\n` +
        './hotpath rig up starts both arms; ./hotpath watch --url URL watches a service that runs already.',
    );
  }
  const rig = new RigArms(path);
  const arms = new Map<string, ArmWatch>();
  return {
    place: path,
    arms: () => {
      for (const { name, urls } of rig.find()) {
        const known = arms.get(name);
        if (known === undefined) arms.set(name, new ArmWatch(name, urls, colourOf(name)));
        // Of an arm that has lost a half only the other is found: the lost one stays, to be away.
        else if (urls.length >= known.urls.length) known.moveTo(urls);
      }
      return [...arms.values()];
    },
    hasEnded: () => !isHeld(path),
  };
}
