/** The entry of localStorage that holds the origin of another server than Anthropic's, where one was chosen. */
export const ENDPOINT_ENTRY = 'loopy-lab:endpoint';
