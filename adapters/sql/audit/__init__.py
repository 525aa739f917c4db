"""
The checks of `quanyi verify`, table by table.

===========  ======================================================================================
`scan`    reads a mall's rows page by page, and names what it finds; no damaged row stops it
`booked`     what the journal says, and what follows from it: balances, histories, receipts
`kept`       rows that the journal names by a digest: records, timers, events, codes, versions
===========  ======================================================================================
"""
