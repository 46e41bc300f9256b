// TypeScript is only stripped, which the compiler does itself.
export default { compilerOptions: { runes: true } };
