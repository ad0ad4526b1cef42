module.exports = require("./load.cjs")("accept");
