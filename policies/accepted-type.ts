/** The type of the component by which a program accepts findings; its input `exceptions` is a list. */
export const ACCEPTED_TYPE = "eks-exercises-policies:index:AcceptedFindings";
