"""One call to a language model: how it is asked, paid for, waited for, recorded and read."""
