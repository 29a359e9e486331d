export const meaningRows = {}
