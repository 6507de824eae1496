/** How Redis names what projects have. An issue, in the journal too: its fingerprint and, unless it is `default`, its project. */
import { defaultProject } from '@hotpath/contract/projects';

/** Read by countBatch-7.lua too. Has no space, so that it can stand in a line of such. */
export function issueKeyOf({ fingerprint, project }: { fingerprint: string; project: string }) {
  return project === defaultProject ? fingerprint : `${fingerprint}:${project}`;
}

export function fromIssueKey(key: string): { fingerprint: string; project: string } {
  const [fingerprint = '', project = defaultProject] = key.split(':');
  return { fingerprint, project };
}

/** Two projects may use one id; it has no '/' of its own. */
export const eventKeyOf = ({
  project,
  eventId,
}: {
  project: string;
  eventId: string | null;
}): string => (!eventId || project === defaultProject ? (eventId ?? '') : `${project}/${eventId}`);
