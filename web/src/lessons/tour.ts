// The order of the lessons: id, title and the one idea of each.

export interface Stop {
  /** In the address: #/lesson/<id>. */
  readonly id: string;
  readonly title: string;
  /** The one idea, in a sentence. */
  readonly idea: string;
}

export const TOUR: readonly Stop[] = [
  { id: "1", title: "One weight learns y = 2x", idea: "Turn a weight by hand and taste the loss; then let descent try." },
  { id: "2", title: "The four steps taken apart", idea: "Forward, loss, backward, update: all of learning is these four, over and over." },
  { id: "3", title: "The learning rate", idea: "Fall short, land in one throw, jump over, or fly off: one dial decides." },
  { id: "4", title: "Bias and activation", idea: "A weight tilts, a bias shifts, an activation bends." },
  { id: "5", title: "Backpropagation: who is to blame?", idea: "The error walks back through the network and gives each weight its share." },
  { id: "6", title: "Momentum, RMSProp, Adam", idea: "Steps that tune themselves, raced from one start." },
  { id: "7", title: "A network reads digits", idea: "One weight among thousands moved. Find the image that pushed it." },
  { id: "8", title: "Your own data", idea: "Drop a table, check its columns, train, and ask it why." },
];
