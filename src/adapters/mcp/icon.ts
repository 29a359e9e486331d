/** The picture of this server: a white cloud on blue, 48 by 48, as PNG, which every client that shows pictures reads. @module */

const png = [
  'iVBORw0KGgoAAAANSUhEUgAAADAAAAAwAgMAAAAqbBEUAAAADFBMVEUAAAAvOb+XnN////9OAm7MAAAABHRSTlMA//',
  '//sy1AiAAAAJtJREFUeNpjYGAMhQIHBgYGURgnhAEhAZJiRXACUDmiCE4IKicUCZDPyf43Fc4J+///J5wT/f//Pzgn',
  '/////1NhnP1AzlMYB8j+/xXKCQNxfmLjgPSDjWOASoBNAHLiIZy/YE4+hPMfzKmHcqaCOPuhnKsgDpQNNIF4DooBKE',
  'ajWIriHBSHQtT9oiisYRzccYo7HaAkF5SEhJzEABMwG99hOFJeAAAAAElFTkSuQmCC',
].join('')

/** Only the server has one. Pictures of tools would cost each client the same bytes for each tool. */
export const icons = [{ src: `data:image/png;base64,${png}`, mimeType: 'image/png', sizes: ['48x48'] }]
