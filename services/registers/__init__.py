"""Registers in: a table of subjects, inspectors, items or plan lines becomes rows, all of it or nothing.

==============  ==================================================================
``intake``      the use case: one file, one transaction, one report
``report``      what became of each line
``batch``       what the kinds have in common when they are written
``subjects``    检查对象名录库
``inspectors``  执法检查人员名录库, and the accounts of its people
``items``       随机抽查事项清单, in versions
``plans``       年度抽查计划, with a change for what differs from the published plan
==============  ==================================================================
"""
