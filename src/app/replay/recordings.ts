import { HistoryError } from '../../agent/history/errors';

/** A recorded study that comes with the lab. What is said of it here is what its file holds. */
export interface ShippedRecording {
  readonly title: string;
  /** Its place beside the page. */
  readonly file: string;
  readonly experiments: number;
  readonly device: string;
  /** When it began, in milliseconds since 1970. */
  readonly createdAt: number;
}

export const RECORDINGS: readonly [ShippedRecording, ...ShippedRecording[]] = [
  {
    title: 'Built-in stories, MicroGPT',
    file: 'recorded/builtin-60.json.gz',
    experiments: 60,
    device: 'wasm (SIMD, 1 thread)',
    createdAt: 1795242880643,
  },
];

/** The bytes of a recording. Rejects with HistoryError that says why they did not come. */
export async function fetchRecording({
  title,
  file,
}: ShippedRecording): Promise<Uint8Array<ArrayBuffer>> {
  let why: string;
  try {
    const response = await fetch(`${import.meta.env.BASE_URL}${file}`);
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    why = `the server answered ${response.status}`;
  } catch (error) {
    why = error instanceof Error ? error.message : String(error);
  }
  throw new HistoryError(`the recording "${title}" did not come: ${why}. Try again once online`);
}
