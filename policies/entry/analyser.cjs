module.exports = require("./load.cjs")("analyser/index");
