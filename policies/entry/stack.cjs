module.exports = require("./load.cjs")("resources");
