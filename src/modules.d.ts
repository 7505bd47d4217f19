/** The type declarations of a TypeScript file, as text (see scripts/declarations.ts). */
declare module '*?declaration' {
  const text: string;
  export default text;
}
