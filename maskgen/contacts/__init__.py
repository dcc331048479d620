"""Bond sites of a die, read from the files that die makers send: tables, AIF and layouts."""
