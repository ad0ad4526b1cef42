module.exports = require("./load.cjs")("format");
