// TypeScript is only stripped, which the compiler does itself.
export default {
  compilerOptions: {
    runes: true,
    discloseVersion: false,
    // short, for they stand at every element; a clash would be seen: two components of one page with the same hash of six signs
    cssHash: ({ hash, css }) => `s${hash(css).slice(0, 6)}`,
  },
};
