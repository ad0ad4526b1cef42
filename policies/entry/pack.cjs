module.exports = require("./load.cjs")("pack");
