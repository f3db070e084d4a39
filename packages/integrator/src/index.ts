// Nothing is here yet; see the README.
export {};
